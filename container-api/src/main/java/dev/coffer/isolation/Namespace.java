package dev.coffer.isolation;

/**
 * Kernel namespaces a container can have of its own.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/namespaces.7.html">namespaces(7)</a>
 */
public enum Namespace {
    MOUNT(0x00020000),
    TIME(0x00000080),
    CGROUP(0x02000000),
    UTS(0x04000000),
    IPC(0x08000000),
    USER(0x10000000),
    PID(0x20000000),
    NET(0x40000000);

    private final int cloneFlag;

    Namespace(int cloneFlag) {
        this.cloneFlag = cloneFlag;
    }

    /** The kernel's {@code CLONE_NEW*} bit. */
    public int cloneFlag() {
        return cloneFlag;
    }
}
