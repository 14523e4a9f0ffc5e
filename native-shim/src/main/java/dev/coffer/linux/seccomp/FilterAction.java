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

    private static final int ERRNO = 0x0005_0000;
    private static final int MAX_ERRNO = 4095;

    /** The call is not made and fails with {@code number}. */
    public static FilterAction errno(int number) {
        if (number < 0 || number > MAX_ERRNO) {
            throw new IllegalArgumentException("errno must be 0 to " + MAX_ERRNO + ", was " + number);
        }
        return new FilterAction(ERRNO | number);
    }
}
