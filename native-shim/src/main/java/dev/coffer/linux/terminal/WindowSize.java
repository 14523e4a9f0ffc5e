package dev.coffer.linux.terminal;

import com.sun.jna.Memory;
import dev.coffer.linux.ErrnoException;

/**
 * How many characters a terminal shows.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/TIOCSWINSZ.2const.html">TIOCSWINSZ(2const)</a>
 */
public record WindowSize(int rows, int columns) {
    private static final long TIOCGWINSZ = 0x5413;
    private static final long TIOCSWINSZ = 0x5414;
    private static final int WINSIZE_BYTES = 8;

    /**
     * The size of the terminal that is open as {@code fd}.
     *
     * @throws ErrnoException {@code ENOTTY} if it is none
     */
    public static WindowSize of(int fd) throws ErrnoException {
        try (Memory size = new Memory(WINSIZE_BYTES)) {
            if (TerminalLibc.ioctl(fd, TIOCGWINSZ, size) < 0) {
                throw TerminalLibc.lastError("ioctl(" + fd + ", TIOCGWINSZ)");
            }
            return new WindowSize(Short.toUnsignedInt(size.getShort(0)), Short.toUnsignedInt(size.getShort(2)));
        }
    }

    /** Gives the terminal that is open as {@code fd} this size; its foreground processes hear of it. */
    void applyTo(int fd) throws ErrnoException {
        try (Memory size = new Memory(WINSIZE_BYTES)) {
            size.clear();
            size.setShort(0, (short) rows);
            size.setShort(2, (short) columns);
            if (TerminalLibc.ioctl(fd, TIOCSWINSZ, size) < 0) {
                throw TerminalLibc.lastError("ioctl(" + fd + ", TIOCSWINSZ)");
            }
        }
    }
}
