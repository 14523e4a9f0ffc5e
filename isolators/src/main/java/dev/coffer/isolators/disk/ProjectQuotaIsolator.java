package dev.coffer.isolators.disk;

import dev.coffer.container.ContainerId;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.linux.quota.ProjectQuotas;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;

/**
 * {@code disk/xfs} and {@code disk/ext4}: the file system itself counts what each container's sandbox takes.
 *
 * @param mode what happens at the limit
 */
record ProjectQuotaIsolator(
        String name,
        ProjectQuotas quotas,
        ProjectIds ids,
        DiskLimits limits,
        Function<ContainerId, Path> sandboxes,
        Mode mode,
        DiskWatch watch)
        implements HostIsolator {

    /**
     * What happens at the limit of a container.
     *
     * @param enforced whether anything does
     * @param kills whether its writes go through until it is ended, instead of failing
     * @param headroom bytes beyond the limit at which all ends
     */
    record Mode(boolean enforced, boolean kills, long headroom) {
        /** Whether a container is ended for what it takes. */
        boolean ends(long used, long allowed) {
            return enforced && used > allowed + (kills ? 0 : headroom);
        }
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new ContainerQuota(this, id);
    }

    @Override
    public Set<ContainerId> discover() {
        return limits.containers();
    }

    @Override
    public void close() {
        watch.close();
    }

    @Override
    public void reclaim() {
        ids.reclaim();
    }
}
