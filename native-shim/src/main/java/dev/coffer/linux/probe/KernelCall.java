package dev.coffer.linux.probe;

import dev.coffer.linux.Errno;

/**
 * System calls that not every kernel has. The numbers are those of x86-64 and arm64 alike.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/syscalls.2.html">syscalls(2)</a>
 */
public enum KernelCall {
    /** <a href="https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html">pidfd_send_signal(2)</a>. */
    PIDFD_SEND_SIGNAL(424, -1, 0, 0),
    /** <a href="https://man7.org/linux/man-pages/man2/open_tree.2.html">open_tree(2)</a>. */
    OPEN_TREE(428, -1, 0, -1),
    /** <a href="https://man7.org/linux/man-pages/man2/move_mount.2.html">move_mount(2)</a>. */
    MOVE_MOUNT(429, -1, 0, -1),
    /** <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>. */
    PIDFD_OPEN(434, -1, 0, 0),
    /** <a href="https://man7.org/linux/man-pages/man2/clone.2.html">clone3(2)</a>. */
    CLONE3(435, 0, 0, 0),
    /** <a href="https://man7.org/linux/man-pages/man2/close_range.2.html">close_range(2)</a>, from more to less. */
    CLOSE_RANGE(436, 2, 1, 0),
    /** <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a>. */
    OPENAT2(437, -1, 0, 0),
    /** <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2)</a>. */
    MOUNT_SETATTR(442, -1, 0, 0);

    private final int number;
    private final int first;
    private final int second;
    private final int third;

    KernelCall(int number, int first, int second, int third) {
        this.number = number;
        this.first = first;
        this.second = second;
        this.third = third;
    }

    /** What the kernel answers; {@code ENOSYS} and {@code EPERM} say that the call cannot be used. */
    public enum Answer {
        PRESENT,
        MISSING,
        /** It may be there, but a filter or a policy of the host keeps it from us. */
        FORBIDDEN
    }

    /** Asks. Every argument is one that the kernel must refuse. */
    public Answer ask() {
        return switch (ProbeLibc.errnoOf(number, first, second, third)) {
            case Errno.ENOSYS -> Answer.MISSING;
            case Errno.EPERM -> Answer.FORBIDDEN;
            default -> Answer.PRESENT;
        };
    }
}
