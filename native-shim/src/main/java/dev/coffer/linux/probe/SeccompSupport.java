package dev.coffer.linux.probe;

/**
 * Whether the kernel filters system calls.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/PR_GET_SECCOMP.2const.html">PR_GET_SECCOMP(2const)</a>
 */
public final class SeccompSupport {
    private static final int PR_GET_SECCOMP = 21;

    private SeccompSupport() {}

    /** Reads this thread's mode, which only a kernel with filters has. */
    public static boolean present() {
        return ProbeLibc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
    }
}
