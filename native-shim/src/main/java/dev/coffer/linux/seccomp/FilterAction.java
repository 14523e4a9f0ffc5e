package dev.coffer.linux.seccomp;

/**
 * What a filter answers to a system call, in the kernel's own encoding.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2), return values of a filter</a>
 */
public record FilterAction(int code) {
    public static final FilterAction ALLOW = new FilterAction(0x7fff_0000);
    public static final FilterAction LOG = new FilterAction(0x7ffc_0000);
    public static final FilterAction TRAP = new FilterAction(0x0003_0000);
    public static final FilterAction KILL_THREAD = new FilterAction(0);
    public static final FilterAction KILL_PROCESS = new FilterAction(0x8000_0000);

    /** A supervisor decides; without one the call fails with {@code ENOSYS}. */
    public static final FilterAction NOTIFY = new FilterAction(0x7fc0_0000);

    private static final int ERRNO = 0x0005_0000;
    private static final int TRACE = 0x7ff0_0000;
    private static final int MAX_MESSAGE = 0xffff;
    private static final int MAX_ERRNO = 4095;

    /** The call is not made and fails with {@code number}. */
    public static FilterAction errno(int number) {
        if (number < 0 || number > MAX_ERRNO) {
            throw new IllegalArgumentException("errno must be 0 to " + MAX_ERRNO + ", was " + number);
        }
        return new FilterAction(ERRNO | number);
    }

    /** A tracer decides, to whom {@code message} is given; without one the call fails with {@code ENOSYS}. */
    public static FilterAction trace(int message) {
        if (message < 0 || message > MAX_MESSAGE) {
            throw new IllegalArgumentException("a tracer is told 0 to " + MAX_MESSAGE + ", was " + message);
        }
        return new FilterAction(TRACE | message);
    }

    /** Whether the call is made, be it that somebody is told. */
    public boolean permits() {
        return equals(ALLOW) || equals(LOG);
    }
}
