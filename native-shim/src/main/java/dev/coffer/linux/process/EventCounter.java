package dev.coffer.linux.process;

import com.sun.jna.Memory;
import dev.coffer.linux.ErrnoException;
import java.util.OptionalLong;

/**
 * A counter that one process adds to and another takes from.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
 */
public final class EventCounter implements AutoCloseable {
    private static final int EFD_SEMAPHORE = 1;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    private final Descriptor descriptor;

    private EventCounter(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** A counter at 0 whose taker gets one at a time and never waits. */
    public static EventCounter ofSingles() throws ErrnoException {
        return create(EFD_SEMAPHORE | EFD_NONBLOCK);
    }

    /** A counter at 0 whose taker waits until there is something to take. */
    public static EventCounter ofWaits() throws ErrnoException {
        return create(0);
    }

    /** A counter at 0 that is taken from by {@link #take}. */
    public static EventCounter ofNumbers() throws ErrnoException {
        return create(EFD_NONBLOCK);
    }

    private static EventCounter create(int flags) throws ErrnoException {
        int fd = ProcessLibc.eventfd(0, flags | EFD_CLOEXEC);
        if (fd < 0) {
            throw ProcessLibc.lastError("eventfd");
        }
        return new EventCounter(Descriptor.adopt(fd));
    }

    /** Adds one. */
    public void increment() throws ErrnoException {
        try (Memory one = new Memory(Long.BYTES)) {
            one.setLong(0, 1);
            if (ProcessLibc.write(descriptor.fd(), one, Long.BYTES) < 0) {
                throw ProcessLibc.lastError("write(eventfd)");
            }
        }
    }

    /** What was added since the last call; empty if nothing was. */
    public OptionalLong take() {
        try (Memory value = new Memory(Long.BYTES)) {
            return ProcessLibc.read(descriptor.fd(), value, Long.BYTES) == Long.BYTES
                    ? OptionalLong.of(value.getLong(0))
                    : OptionalLong.empty();
        }
    }

    /** The number; invalid after {@link #close}. */
    public int fd() {
        return descriptor.fd();
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
