package dev.coffer.linux.terminal;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;

/**
 * Our end of a container's terminal: what is written here the task reads as typed, what it prints is read here.
 *
 * <p>One thread may read while another writes.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/pty.7.html">pty(7)</a>
 */
public final class TerminalMaster implements AutoCloseable {
    private final int fd;

    /** Takes over the descriptor of a master. */
    public TerminalMaster(int fd) {
        this.fd = fd;
    }

    /**
     * Waits for output of the container.
     *
     * @return how many bytes came, or -1 when nothing has the terminal open any more
     */
    public int read(byte[] target) throws ErrnoException {
        while (true) {
            long n = TerminalLibc.read(fd, target, target.length);
            if (n >= 0) {
                return n == 0 ? -1 : (int) n;
            }
            int errno = Native.getLastError();
            if (errno == Errno.EIO) {
                return -1;
            }
            if (errno != Errno.EINTR) {
                throw new ErrnoException("read(terminal " + fd + ")", errno);
            }
        }
    }

    /** Types {@code length} bytes; waits while the task does not read. */
    public void write(byte[] bytes, int length) throws ErrnoException {
        try (Memory memory = new Memory(Math.max(1, length))) {
            memory.write(0, bytes, 0, length);
            int done = 0;
            while (done < length) {
                long n = TerminalLibc.write(fd, memory.share(done), length - done);
                if (n >= 0) {
                    done += (int) n;
                } else if (Native.getLastError() != Errno.EINTR) {
                    throw TerminalLibc.lastError("write(terminal " + fd + ")");
                }
            }
        }
    }

    public void resize(WindowSize size) throws ErrnoException {
        size.applyTo(fd);
    }

    /** Hangs up: what still has the terminal gets SIGHUP. No read or write may be under way. */
    @Override
    public void close() {
        TerminalLibc.close(fd);
    }
}
