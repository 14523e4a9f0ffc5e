package dev.coffer.linux.process;

import dev.coffer.linux.ErrnoException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file descriptor with one owner. Always close-on-exec. */
public final class Descriptor implements AutoCloseable {
    private static final int F_DUPFD_CLOEXEC = 1030;
    /** Above every number that the launcher expects at a fixed place, so that placing one never overwrites another. */
    private static final int LOWEST = 16;

    /** What {@link #open} is for. */
    public enum OpenMode {
        READ(0),
        APPEND_CREATE(1 | 0x40 | 0x400 | OpenFlags.O_NOFOLLOW),
        DIRECTORY(OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW);

        private final int flags;

        OpenMode(int flags) {
            this.flags = flags;
        }
    }

    private final AtomicInteger fd;

    private Descriptor(int fd) {
        this.fd = new AtomicInteger(fd);
    }

    /** Takes over {@code fd}, moved out of the way of the numbers the launcher uses. */
    public static Descriptor adopt(int fd) throws ErrnoException {
        if (fd >= LOWEST) {
            return new Descriptor(fd);
        }
        int moved = ProcessLibc.fcntl(fd, F_DUPFD_CLOEXEC, LOWEST);
        ErrnoException failure = moved < 0 ? ProcessLibc.lastError("fcntl(" + fd + ", F_DUPFD_CLOEXEC)") : null;
        ProcessLibc.close(fd);
        if (failure != null) {
            throw failure;
        }
        return new Descriptor(moved);
    }

    /**
     * Opens a file of ours.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
     */
    public static Descriptor open(Path path, OpenMode mode) throws ErrnoException {
        int fd = ProcessLibc.open(ProcessLibc.cString(path.toString()), mode.flags | OpenFlags.O_CLOEXEC, 0640);
        if (fd < 0) {
            throw ProcessLibc.lastError("open(" + path + ")");
        }
        return adopt(fd);
    }

    /** The number; invalid after {@link #close} or {@link #release}. */
    public int fd() {
        return fd.get();
    }

    /** Gives the number to the caller, who now has to close it. */
    public int release() {
        return fd.getAndSet(-1);
    }

    @Override
    public void close() {
        int number = fd.getAndSet(-1);
        if (number >= 0) {
            ProcessLibc.close(number);
        }
    }
}
