package dev.coffer.linux.fs;

/**
 * What {@code statx} says about one file.
 *
 * @param mode type and permission bits
 * @param device device number, {@code major << 32 | minor}
 * @param rdevMajor of a device node
 * @param mountId of the mount the file is seen through, 0 where the kernel does not tell (before 5.8)
 * @see <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>
 */
public record FileStatus(
        int mode,
        int uid,
        int gid,
        long links,
        long inode,
        long size,
        long blocks,
        long device,
        int rdevMajor,
        int rdevMinor,
        long mountId,
        long modifiedSeconds,
        int modifiedNanos) {

    public static final int TYPE_MASK = 0170000;
    public static final int SOCKET = 0140000;
    public static final int SYMLINK = 0120000;
    public static final int REGULAR = 0100000;
    public static final int BLOCK_DEVICE = 0060000;
    public static final int DIRECTORY = 0040000;
    public static final int CHARACTER_DEVICE = 0020000;
    public static final int FIFO = 0010000;

    public int type() {
        return mode & TYPE_MASK;
    }

    /** The twelve bits that {@code chmod} sets. */
    public int permissions() {
        return mode & 07777;
    }

    public boolean isDirectory() {
        return type() == DIRECTORY;
    }

    public boolean isRegular() {
        return type() == REGULAR;
    }

    /** A character device 0:0, by which overlayfs hides a name of the layers below. */
    public boolean isOverlayWhiteout() {
        return type() == CHARACTER_DEVICE && rdevMajor == 0 && rdevMinor == 0;
    }

    /** Whether both are the same file, wherever it is seen. */
    public boolean isSameFile(FileStatus other) {
        return inode == other.inode && device == other.device;
    }

    /** Whether both are seen through the same mount. */
    public boolean isSameMount(FileStatus other) {
        return device == other.device && mountId == other.mountId;
    }
}
