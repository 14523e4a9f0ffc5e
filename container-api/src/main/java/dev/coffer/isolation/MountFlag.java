package dev.coffer.isolation;

/**
 * Mount flags a step may carry.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount.2.html">mount(2)</a>
 */
public enum MountFlag {
    RDONLY(1),
    NOSUID(2),
    NODEV(4),
    NOEXEC(8),
    STRICTATIME(1 << 24);

    private final int bit;

    MountFlag(int bit) {
        this.bit = bit;
    }

    /** The kernel's {@code MS_*} bit. */
    public int bit() {
        return bit;
    }
}
