package dev.coffer.containerizer.supervise;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.EventCounter;
import dev.coffer.linux.process.ExitPoller;
import dev.coffer.linux.process.PidFd;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls back when a process ends, or says that its work has. One thread for all of them; callbacks run on it one after the other. Thread-safe. */
public final class ExitWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ExitWatch.class);

    private final ExitPoller poller;
    private final Map<Long, Watched> watched = new ConcurrentHashMap<>();
    private final AtomicLong nextToken = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;
    private boolean closedByCallback;

    private record Watched(PidFd process, Optional<EventCounter> told, Consumer<OptionalLong> onExit) {}

    public ExitWatch() throws ErrnoException {
        poller = new ExitPoller();
        thread = new Thread(this::loop, "coffer-exits");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Calls {@code onExit} once after the process has ended, also if it has already.
     *
     * @param told if present, that what is added to it counts as the end too
     * @param onExit gets the number told; empty if the process ended without a word
     */
    public void add(PidFd process, Optional<EventCounter> told, Consumer<OptionalLong> onExit) throws ErrnoException {
        long token = nextToken.getAndIncrement();
        Watched entry = new Watched(process, told, onExit);
        synchronized (entry) { // either may be reported before the other is added
            watched.put(token, entry);
            try {
                poller.add(process, token);
                if (told.isPresent()) {
                    addTold(told.get(), process, token);
                }
            } catch (ErrnoException e) {
                watched.remove(token);
                throw e;
            }
        }
    }

    private void addTold(EventCounter told, PidFd process, long token) throws ErrnoException {
        try {
            poller.add(told, token);
        } catch (ErrnoException e) {
            poller.remove(process);
            throw e;
        }
    }

    private void loop() {
        watch();
        if (closedByCallback) {
            poller.close();
        }
    }

    private void watch() {
        while (!closed) {
            try {
                poller.await().forEach(this::ended);
            } catch (ErrnoException e) {
                LOG.error("cannot wait for containers to end, their exits go unseen until a restart", e);
                return;
            }
        }
    }

    private void ended(long token) {
        Watched entry = watched.remove(token);
        if (entry == null) {
            return;
        }
        try {
            entry.onExit().accept(forget(entry));
        } catch (ErrnoException | RuntimeException | Error e) { // the thread serves all others too
            LOG.error("cannot handle the end of process {}", entry.process().pid(), e);
        }
    }

    /** Watches it no more; what it told, if anything. */
    private OptionalLong forget(Watched entry) throws ErrnoException {
        synchronized (entry) {
            poller.remove(entry.process());
            if (entry.told().isEmpty()) {
                return OptionalLong.empty();
            }
            poller.remove(entry.told().get());
            return entry.told().get().take();
        }
    }

    /** May be called by a callback too: that is the last one then. */
    @Override
    public void close() {
        if (Thread.currentThread() == thread) {
            closedByCallback = true;
            closed = true;
            return;
        }
        closed = true;
        poller.wakeUp();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        poller.close();
    }
}
