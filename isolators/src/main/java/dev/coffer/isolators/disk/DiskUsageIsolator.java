package dev.coffer.isolators.disk;

import dev.coffer.container.ContainerId;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Looks at sandboxes from time to time, one at a time for the whole agent: walking trees is slow and disturbs others. */
final class DiskUsageIsolator implements HostIsolator {
    private final DiskLimits limits;
    private final Function<ContainerId, Path> sandboxes;
    private final Duration interval;
    private final boolean enforced;
    private @Nullable ScheduledThreadPoolExecutor walker;

    DiskUsageIsolator(Path stateDirectory, Function<ContainerId, Path> sandboxes, Duration interval, boolean enforced) {
        this.limits = new DiskLimits(stateDirectory);
        this.sandboxes = sandboxes;
        this.interval = interval;
        this.enforced = enforced;
    }

    @Override
    public String name() {
        return DiskUsageProvider.NAME;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new DiskUsage(this, limits, id, sandboxes.apply(id), enforced);
    }

    @Override
    public Set<ContainerId> discover() {
        return limits.containers();
    }

    @Override
    public synchronized void close() {
        if (walker != null) {
            walker.shutdownNow();
        }
    }

    /** Repeats {@code look}, with the pause after each; the first comes after one pause. */
    synchronized ScheduledFuture<?> repeat(Runnable look) {
        if (walker == null) {
            walker = new ScheduledThreadPoolExecutor(1, task -> {
                Thread thread = new Thread(task, "coffer-disk-usage");
                thread.setDaemon(true);
                return thread;
            });
            walker.setRemoveOnCancelPolicy(true);
        }
        long nanos = Math.max(1, interval.toNanos());
        return walker.scheduleWithFixedDelay(look, nanos, nanos, TimeUnit.NANOSECONDS);
    }
}
