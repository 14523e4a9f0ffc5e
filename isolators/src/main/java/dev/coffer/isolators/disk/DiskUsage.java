package dev.coffer.isolators.disk;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Limitation;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Termination.Reason;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LimitationListener;
import dev.coffer.isolation.LimitsAtRunTime;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Disk space of one container: its sandbox with the writable layers of its root and its image volumes in it. Volumes of
 * the host are mounted where only the container sees them, so they are not in the way.
 */
final class DiskUsage implements HostResource, ReportsUsage, LimitsAtRunTime, Updatable {
    private final DiskWatch watch;
    private final DiskLimits limits;
    private final ContainerId id;
    private final SpaceTaken.Look space;
    private final boolean enforced;

    private OptionalLong limit;

    private volatile OptionalLong used = OptionalLong.empty();

    private @Nullable Future<?> watching;

    DiskUsage(DiskWatch watch, DiskLimits limits, ContainerId id, SpaceTaken.Look space, boolean enforced) {
        this.watch = watch;
        this.limits = limits;
        this.id = id;
        this.space = space;
        this.enforced = enforced;
        this.limit = OptionalLong.empty();
    }

    @Override
    public void create(ContainerSpec spec) {
        limits.create(id);
        update(spec.resources());
    }

    @Override
    public synchronized void update(Resources resources) {
        limits.write(id, resources.diskBytes());
        limit = resources.diskBytes();
    }

    @Override
    public List<LaunchStep> steps() {
        return List.of();
    }

    @Override
    public synchronized void watch(LimitationListener listener) {
        limit = limits.read(id); // of a container that an earlier agent made
        watching = watch.repeat(() -> look(listener));
    }

    private void look(LimitationListener listener) {
        OptionalLong allowed = limit();
        try {
            long bytes = space.bytes();
            used = OptionalLong.of(bytes);
            if (enforced && allowed.isPresent() && bytes > allowed.getAsLong()) {
                listener.exceeded(exceeded(bytes, allowed.getAsLong()));
            }
        } catch (ErrnoException e) {
            used = OptionalLong.empty();
            if (enforced && allowed.isPresent() && e.is(Errno.ENAMETOOLONG)) {
                listener.exceeded(limitation(
                        "disk usage cannot be measured: " + e.getMessage() + "; quota is " + allowed.getAsLong()
                                + " bytes",
                        allowed.getAsLong()));
            }
        }
    }

    static Limitation exceeded(long used, long allowed) {
        return limitation("disk usage (" + used + " bytes) exceeds quota (" + allowed + " bytes)", allowed);
    }

    private static Limitation limitation(String message, long bytes) {
        return new Limitation(Reason.DISK_LIMIT, message, "disk:" + bytes / (1 << 20));
    }

    private synchronized OptionalLong limit() {
        return limit;
    }

    @Override
    public void usage(Usage.Builder into) {
        into.put(Statistic.DISK_LIMIT, limit()).put(Statistic.DISK_USED, used);
    }

    @Override
    public synchronized void close() {
        if (watching != null) {
            watching.cancel(false);
            watching = null;
        }
        limits.remove(id);
    }
}
