package dev.coffer.image.registry;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Breaks off what takes too long, such as a header that comes one byte at a time. Rings once; closing takes it back. */
final class Alarm implements AutoCloseable {
    private final AtomicBoolean rung = new AtomicBoolean();
    private final ScheduledFuture<?> future;

    private Alarm(Duration after, Runnable action) {
        this.future = Clockwork.THREAD.schedule(
                () -> {
                    rung.set(true);
                    action.run();
                },
                after.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    static Alarm set(Duration after, Runnable action) {
        return new Alarm(after, action);
    }

    boolean hasRung() {
        return rung.get();
    }

    @Override
    public void close() {
        future.cancel(false);
    }

    /** One thread for all, started by the first. */
    private static final class Clockwork {
        static final ScheduledThreadPoolExecutor THREAD = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "coffer-registry-alarm");
            thread.setDaemon(true);
            return thread;
        });

        static {
            THREAD.setRemoveOnCancelPolicy(true);
        }

        private Clockwork() {}
    }
}
