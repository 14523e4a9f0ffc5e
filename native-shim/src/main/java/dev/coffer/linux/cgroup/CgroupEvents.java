package dev.coffer.linux.cgroup;

import dev.coffer.linux.ErrnoException;
import java.util.List;

/**
 * Waits until the kernel tells of something in any of many cgroups.
 *
 * <p>{@link #await} is for one thread; the other methods may be called from any.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
public final class CgroupEvents implements AutoCloseable {
    private static final long WAKE_TOKEN = -1;

    private final int epoll;
    private final int wake;

    private CgroupEvents(int epoll, int wake) {
        this.epoll = epoll;
        this.wake = wake;
    }

    public static CgroupEvents open() throws ErrnoException {
        int epoll = LibcEvents.open();
        int wake = -1;
        try {
            wake = LibcEvents.counter();
            LibcEvents.add(epoll, wake, LibcEvents.EPOLLIN, WAKE_TOKEN);
        } catch (ErrnoException e) {
            LibcEvents.close(wake);
            LibcEvents.close(epoll);
            throw e;
        }
        return new CgroupEvents(epoll, wake);
    }

    /**
     * Reports {@code token} each time a v2 file such as {@code memory.events} has changed, until the source is closed.
     *
     * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">memory.events</a>
     */
    public EventSource onChange(Cgroup cgroup, String file, long token) throws ErrnoException {
        EventSource source = EventSource.ofFile(cgroup.directory() + "/" + file);
        return added(source, LibcEvents.EPOLLPRI, token);
    }

    /** Reports {@code token} each time a v1 counter from {@link EventSource#ofCounter} has gone up. */
    public EventSource onCount(EventSource counter, long token) throws ErrnoException {
        return added(counter, LibcEvents.EPOLLIN, token);
    }

    private EventSource added(EventSource source, int events, long token) throws ErrnoException {
        try {
            LibcEvents.add(epoll, source.descriptor(), events, token);
        } catch (ErrnoException e) {
            source.close();
            throw e;
        }
        return source;
    }

    /** The tokens, 0 or more, of what has happened. Each source must be read before the next call. */
    public List<Long> await() throws ErrnoException {
        List<Long> tokens = LibcEvents.await(epoll);
        tokens.remove(WAKE_TOKEN);
        return tokens;
    }

    /** Makes {@link #await} return for good. */
    public void wakeUp() {
        LibcEvents.count(wake);
    }

    @Override
    public void close() {
        LibcEvents.close(wake);
        LibcEvents.close(epoll);
    }
}
