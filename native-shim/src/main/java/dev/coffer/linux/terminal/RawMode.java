package dev.coffer.linux.terminal;

import com.sun.jna.Memory;
import dev.coffer.linux.ErrnoException;

/**
 * A terminal that passes every key on unseen, until it is closed. Closing is idempotent and may happen on any thread, a
 * shutdown hook's too.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/termios.3.html">termios(3)</a>
 */
public final class RawMode implements AutoCloseable {
    private final int fd;
    private final byte[] before;
    private boolean restored;

    private RawMode(int fd, byte[] before) {
        this.fd = fd;
        this.before = before;
    }

    /** Whether {@code fd} is open on a terminal: <a href="https://man7.org/linux/man-pages/man3/isatty.3.html">isatty(3)</a>. */
    public static boolean isTerminal(int fd) {
        return TerminalLibc.isatty(fd) == 1;
    }

    /** Puts the terminal that is open as {@code fd} into raw mode. */
    public static RawMode enter(int fd) throws ErrnoException {
        try (Memory termios = new Memory(TerminalLibc.TERMIOS_BYTES)) {
            termios.clear();
            if (TerminalLibc.tcgetattr(fd, termios) < 0) {
                throw TerminalLibc.lastError("tcgetattr(" + fd + ")");
            }
            byte[] before = termios.getByteArray(0, TerminalLibc.TERMIOS_BYTES);
            TerminalLibc.cfmakeraw(termios);
            if (TerminalLibc.tcsetattr(fd, TerminalLibc.TCSADRAIN, termios) < 0) {
                throw TerminalLibc.lastError("tcsetattr(" + fd + ")");
            }
            return new RawMode(fd, before);
        }
    }

    @Override
    public synchronized void close() {
        if (restored) {
            return;
        }
        restored = true;
        try (Memory termios = new Memory(TerminalLibc.TERMIOS_BYTES)) {
            termios.write(0, before, 0, before.length);
            // a terminal that has hung up needs no mode
            TerminalLibc.tcsetattr(fd, TerminalLibc.TCSADRAIN, termios);
        }
    }
}
