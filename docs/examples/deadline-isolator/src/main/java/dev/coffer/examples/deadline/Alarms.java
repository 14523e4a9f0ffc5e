package dev.coffer.examples.deadline;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One thread for all containers, started with the first. Thread-safe. */
final class Alarms {
    private @Nullable ScheduledThreadPoolExecutor thread;

    synchronized ScheduledFuture<?> after(long millis, Runnable action) {
        if (thread == null) {
            thread = new ScheduledThreadPoolExecutor(1, task -> {
                Thread daemon = new Thread(task, "example-deadline");
                daemon.setDaemon(true);
                return daemon;
            });
            thread.setRemoveOnCancelPolicy(true);
        }
        return thread.schedule(action, millis, TimeUnit.MILLISECONDS);
    }
}
