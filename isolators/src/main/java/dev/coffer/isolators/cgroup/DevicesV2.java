package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.DeviceFilter;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which devices may be used, by one program that is loaded once and attached to the cgroup of each container that asks for
 * no device of its own. The kernel keeps it
 * there as long as the cgroup exists, so an agent that comes back has nothing to restore.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#device-controller">Device controller</a>
 */
final class DevicesV2 implements Controller {
    private final Supplier<List<DeviceRule>> allowed;
    private @Nullable DeviceFilter filter;

    DevicesV2(Supplier<List<DeviceRule>> allowed) {
        this.allowed = allowed;
    }

    @Override
    public String kernelName() {
        return "devices";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.tuning().access().devices().isEmpty()) {
            filter().attach(cgroup);
            return;
        }
        try (DeviceFilter own = DeviceFilter.allowing(OwnDevices.and(allowed.get(), limits))) {
            own.attach(cgroup);
        }
    }

    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.tuning().access().devices().isEmpty()) {
            filter().replace(cgroup);
            return;
        }
        try (DeviceFilter own = DeviceFilter.allowing(OwnDevices.and(allowed.get(), limits))) {
            own.replace(cgroup);
        }
    }

    private synchronized DeviceFilter filter() throws ErrnoException {
        if (filter == null) {
            filter = DeviceFilter.allowing(allowed.get());
        }
        return filter;
    }
}
