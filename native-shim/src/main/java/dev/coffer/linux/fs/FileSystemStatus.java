package dev.coffer.linux.fs;

/**
 * What {@code statfs} says about a file system.
 *
 * @param type its magic number, such as {@link #OVERLAY}
 * @param availableBytes free for everybody
 * @param usedBytes taken, by whomever
 * @see <a href="https://man7.org/linux/man-pages/man2/statfs.2.html">statfs(2)</a>
 */
public record FileSystemStatus(long type, long availableBytes, long freeInodes, long usedBytes) {
    public static final long OVERLAY = 0x794c7630L;
    public static final long TMPFS = 0x01021994L;
    public static final long EXT4 = 0xef53L;
    public static final long XFS = 0x58465342L;
    public static final long BTRFS = 0x9123683eL;
}
