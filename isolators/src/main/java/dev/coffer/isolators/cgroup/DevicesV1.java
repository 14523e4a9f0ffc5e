package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.List;
import java.util.function.Supplier;

/**
 * Which devices may be used, by the kernel's own lists.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/devices.html">Device whitelist controller</a>
 */
final class DevicesV1 implements Controller {
    private final Supplier<List<DeviceRule>> allowed;

    DevicesV1(Supplier<List<DeviceRule>> allowed) {
        this.allowed = allowed;
    }

    @Override
    public String kernelName() {
        return "devices";
    }

    /** Denies everything first; the list that stands then is empty. */
    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        cgroup.write("devices.deny", "a *:* rwm");
        cgroup.writeEach(
                "devices.allow",
                allowed.get().stream().map(DeviceRule::toString).toList());
    }
}
