package dev.coffer.isolators.disk;

import dev.coffer.container.ContainerId;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;

/** {@code disk/du}: looks at sandboxes from time to time, because walking trees is slow and disturbs others. */
final class DiskUsageIsolator implements HostIsolator {
    private final DiskLimits limits;
    private final Function<ContainerId, Path> sandboxes;
    private final SpaceTaken space;
    private final DiskWatch watch;
    private final boolean enforced;

    DiskUsageIsolator(
            DiskLimits limits,
            Function<ContainerId, Path> sandboxes,
            SpaceTaken space,
            DiskWatch watch,
            boolean enforced) {
        this.limits = limits;
        this.sandboxes = sandboxes;
        this.space = space;
        this.watch = watch;
        this.enforced = enforced;
    }

    @Override
    public String name() {
        return DiskUsageProvider.NAME;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new DiskUsage(watch, limits, id, () -> space.of(sandboxes.apply(id)), enforced);
    }

    @Override
    public Set<ContainerId> discover() {
        return limits.containers();
    }

    @Override
    public void close() {
        watch.close();
    }
}
