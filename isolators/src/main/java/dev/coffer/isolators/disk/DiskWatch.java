package dev.coffer.isolators.disk;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Looks at containers from time to time, one at a time for the whole agent. Its thread is there once it is needed. */
final class DiskWatch {
    private final String name;
    private final Duration interval;
    private @Nullable ScheduledThreadPoolExecutor watcher;

    DiskWatch(String name, Duration interval) {
        this.name = name;
        this.interval = interval;
    }

    /** Repeats {@code look}, with the pause after each; the first comes after one pause. */
    synchronized ScheduledFuture<?> repeat(Runnable look) {
        if (watcher == null) {
            watcher = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, name);
                thread.setDaemon(true);
                return thread;
            });
            watcher.setRemoveOnCancelPolicy(true);
        }
        long nanos = Math.max(1, interval.toNanos());
        return watcher.scheduleWithFixedDelay(look, nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Looks at nobody any more. */
    synchronized void close() {
        if (watcher != null) {
            watcher.shutdownNow();
        }
    }
}
