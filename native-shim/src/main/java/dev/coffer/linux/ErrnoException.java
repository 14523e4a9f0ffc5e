package dev.coffer.linux;

import java.io.IOException;

/**
 * A system call failed. The message is {@code call: errno N NAME (text)}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * An errno with the call that set it.
     *
     * @param call the call with its operands, such as {@code mkdir(/a/b)}
     */
    public ErrnoException(String call, int errno) {
        super(call + ": " + Errno.describe(errno));
        this.call = call;
        this.errno = errno;
    }

    /** The call with its operands. */
    public String call() {
        return call;
    }

    public int errno() {
        return errno;
    }

    /** Whether this is the given constant of {@link Errno}. */
    public boolean is(int constant) {
        return errno == constant;
    }
}
