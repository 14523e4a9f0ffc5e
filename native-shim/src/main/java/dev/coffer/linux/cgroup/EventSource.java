package dev.coffer.linux.cgroup;

import dev.coffer.linux.ErrnoException;

/** Something of one cgroup that the kernel counts or changes, held by one descriptor. Thread-safe. */
public final class EventSource implements AutoCloseable {
    private final boolean counter;
    private int fd;

    private EventSource(int fd, boolean counter) {
        this.fd = fd;
        this.counter = counter;
    }

    /**
     * How often something of a v1 cgroup happens from now on, counted by the kernel.
     *
     * @param file such as {@code memory.oom_control}
     * @param arguments as the file wants them, such as a level of pressure; may be empty
     * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#memory-thresholds">cgroup.event_control</a>
     */
    public static EventSource ofCounter(Cgroup cgroup, String file, String arguments) throws ErrnoException {
        int eventFd = LibcEvents.counter();
        try {
            int control = LibcEvents.openFile(cgroup.directory() + "/" + file);
            try {
                String words = eventFd + " " + control + (arguments.isEmpty() ? "" : " " + arguments);
                cgroup.write("cgroup.event_control", words);
            } finally {
                LibcEvents.close(control);
            }
        } catch (ErrnoException e) {
            LibcEvents.close(eventFd);
            throw e;
        }
        return new EventSource(eventFd, true);
    }

    static EventSource ofFile(String path) throws ErrnoException {
        EventSource source = new EventSource(LibcEvents.openFile(path), false);
        source.take();
        return source;
    }

    /** What has been counted since the last call, 0 for a file; ends the present report. */
    public synchronized long take() {
        if (fd < 0) {
            return 0;
        }
        return counter ? LibcEvents.takeCount(fd) : LibcEvents.skim(fd);
    }

    synchronized int descriptor() {
        return fd;
    }

    /** It is reported no more. */
    @Override
    public synchronized void close() {
        if (fd >= 0) {
            LibcEvents.close(fd);
            fd = -1;
        }
    }
}
