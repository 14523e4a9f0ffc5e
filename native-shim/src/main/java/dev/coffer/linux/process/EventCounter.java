package dev.coffer.linux.process;

import com.sun.jna.Memory;
import dev.coffer.linux.ErrnoException;

/**
 * A counter that another process takes from, one at a time.
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

    /** A counter at 0. */
    public static EventCounter create() throws ErrnoException {
        int fd = ProcessLibc.eventfd(0, EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK);
        if (fd < 0) {
            throw ProcessLibc.lastError("eventfd");
        }
        return new EventCounter(Descriptor.adopt(fd));
    }

    /** To hand to the process that takes. */
    public Descriptor descriptor() {
        return descriptor;
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

    @Override
    public void close() {
        descriptor.close();
    }
}
