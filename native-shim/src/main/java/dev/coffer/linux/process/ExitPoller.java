package dev.coffer.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.util.ArrayList;
import java.util.List;

/**
 * Waits for the end of any of many processes.
 *
 * <p>{@link #await} is for one thread; the other methods may be called from any.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
public final class ExitPoller implements AutoCloseable {
    private static final int CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int EPOLL_CTL_DEL = 2;
    private static final int EPOLLIN = 1;
    private static final int MAX_EVENTS = 64;
    /** Only x86-64 packs the structure; see layout.c. */
    static final int EVENT_BYTES = Platform.isIntel() ? 12 : 16;

    static final int EVENT_DATA = Platform.isIntel() ? 4 : 8;
    private static final long WAKE_TOKEN = -1;

    private final Descriptor epoll;
    private final Descriptor wake;

    public ExitPoller() throws ErrnoException {
        int epollFd = ProcessLibc.epoll_create1(CLOEXEC);
        if (epollFd < 0) {
            throw ProcessLibc.lastError("epoll_create1");
        }
        epoll = Descriptor.adopt(epollFd);
        int eventFd = ProcessLibc.eventfd(0, CLOEXEC | EFD_NONBLOCK);
        if (eventFd < 0) {
            ErrnoException failure = ProcessLibc.lastError("eventfd");
            epoll.close();
            throw failure;
        }
        wake = Descriptor.adopt(eventFd);
        control(EPOLL_CTL_ADD, wake.fd(), WAKE_TOKEN);
    }

    /** Reports {@code token}, which is 0 or more, once the process has ended. */
    public void add(PidFd process, long token) throws ErrnoException {
        control(EPOLL_CTL_ADD, process.fd(), token);
    }

    /** Reports {@code token}, which is 0 or more, once something was added to the counter. */
    public void add(EventCounter counter, long token) throws ErrnoException {
        control(EPOLL_CTL_ADD, counter.fd(), token);
    }

    /** Must be called before the {@link PidFd} is closed. */
    public void remove(PidFd process) throws ErrnoException {
        control(EPOLL_CTL_DEL, process.fd(), 0);
    }

    /** Must be called before the counter is closed. */
    public void remove(EventCounter counter) throws ErrnoException {
        control(EPOLL_CTL_DEL, counter.fd(), 0);
    }

    private void control(int operation, int fd, long token) throws ErrnoException {
        try (Memory event = new Memory(EVENT_BYTES)) {
            event.setInt(0, EPOLLIN);
            event.setLong(EVENT_DATA, token);
            if (ProcessLibc.epoll_ctl(epoll.fd(), operation, fd, event) < 0) {
                throw ProcessLibc.lastError("epoll_ctl(" + operation + ", " + fd + ")");
            }
        }
    }

    /** The tokens of processes that have ended; empty after {@link #wakeUp}. */
    public List<Long> await() throws ErrnoException {
        try (Memory events = new Memory((long) EVENT_BYTES * MAX_EVENTS)) {
            int n;
            do {
                n = ProcessLibc.epoll_wait(epoll.fd(), events, MAX_EVENTS, -1);
            } while (n < 0 && Native.getLastError() == Errno.EINTR);
            if (n < 0) {
                throw ProcessLibc.lastError("epoll_wait");
            }
            List<Long> tokens = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                long token = events.getLong((long) EVENT_BYTES * i + EVENT_DATA);
                if (token != WAKE_TOKEN) {
                    tokens.add(token);
                }
            }
            return tokens;
        }
    }

    /** Makes {@link #await} return for good. */
    public void wakeUp() {
        try (Memory one = new Memory(8)) {
            one.setLong(0, 1);
            ProcessLibc.write(wake.fd(), one, 8); // can only fail when the counter is full, and then it is awake
        }
    }

    @Override
    public void close() {
        wake.close();
        epoll.close();
    }
}
