package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerId;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupEvents;
import dev.coffer.linux.cgroup.EventSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the memory of a container in the moment it runs out, for after the kill there is nothing to see. One thread for
 * all containers, started with the first. That the kernel killed something is learnt from its counters, never from here.
 */
final class OomWatch implements AutoCloseable {
    private final AtomicLong tokens = new AtomicLong();
    private final Map<Long, Watched> byToken = new ConcurrentHashMap<>();
    private final Map<ContainerId, Watched> byId = new ConcurrentHashMap<>();
    private @Nullable CgroupEvents events;
    private @Nullable Thread thread;
    private volatile boolean closed;

    /** One container's memory cgroup. */
    private static final class Watched {
        private final Controller controller;
        private final Cgroup cgroup;
        private final long token;
        private volatile Optional<EventSource> source = Optional.empty();
        private volatile Optional<MemoryBreakdown> last = Optional.empty();

        Watched(Controller controller, Cgroup cgroup, long token) {
            this.controller = controller;
            this.cgroup = cgroup;
            this.token = token;
        }

        /** The kill itself is an event too: what is seen then is less, and not what led to it. */
        void happened() {
            Optional<MemoryBreakdown> now = controller.breakdown(cgroup);
            if (now.isPresent() && now.get().isTimely() && now.get().isNoLessThan(last)) {
                last = now;
            }
            source.ifPresent(EventSource::take);
        }
    }

    /** Watches until {@link #forget}. Failing only costs the breakdown. */
    void add(ContainerId id, Controller controller, Cgroup cgroup) {
        Watched watched = new Watched(controller, cgroup, tokens.incrementAndGet());
        byId.put(id, watched);
        byToken.put(watched.token, watched);
        try {
            watched.source = controller.watchMemory(cgroup, events(), watched.token);
        } catch (ErrnoException e) {
            forget(id);
        }
    }

    void forget(ContainerId id) {
        Watched watched = byId.remove(id);
        if (watched != null) {
            byToken.remove(watched.token);
            watched.source.ifPresent(EventSource::close);
        }
    }

    /** The limit is another: what was seen below the former one says nothing any more. */
    void reset(ContainerId id) {
        Watched watched = byId.get(id);
        if (watched != null) {
            watched.last = Optional.empty();
        }
    }

    /** What used the memory when it last ran out, if it did while watched. */
    Optional<MemoryBreakdown> last(ContainerId id) {
        Watched watched = byId.get(id);
        return watched == null ? Optional.empty() : watched.last;
    }

    private synchronized CgroupEvents events() throws ErrnoException {
        if (closed) {
            throw new ErrnoException("epoll_wait", Errno.EBADF);
        }
        if (events == null) {
            CgroupEvents opened = CgroupEvents.open();
            Thread started = new Thread(() -> watch(opened), "coffer-oom");
            started.setDaemon(true);
            started.start();
            events = opened;
            thread = started;
        }
        return events;
    }

    private void watch(CgroupEvents opened) {
        try {
            while (!closed) {
                opened.await().forEach(this::happened);
            }
        } catch (ErrnoException e) {
            ended(opened);
            return;
        }
        opened.close();
    }

    private void happened(long token) {
        Watched watched = byToken.get(token);
        if (watched != null) {
            watched.happened();
        }
    }

    /** The next container starts anew; those of before only lose the breakdown. */
    private synchronized void ended(CgroupEvents opened) {
        opened.close();
        events = null;
        thread = null;
    }

    /** Watches no more; containers only lose the breakdown. */
    @Override
    public void close() {
        Thread ending = stop();
        if (ending != null) {
            try {
                ending.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized @Nullable Thread stop() {
        closed = true;
        if (events != null) {
            events.wakeUp();
        }
        return thread;
    }
}
