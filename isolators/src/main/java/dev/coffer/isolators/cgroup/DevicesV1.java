package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
                wanted(limits).stream().map(DeviceRule::toString).toList());
    }

    private List<DeviceRule> wanted(Resources limits) {
        return OwnDevices.and(allowed.get(), limits);
    }

    /** Takes away and adds what differs, so that a task can go on using what it may before and after. */
    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        List<DeviceRule> next = wanted(limits);
        List<DeviceRule> present = new ArrayList<>();
        for (String line : cgroup.read("devices.list").split("\n", -1)) {
            if (!line.isEmpty()) {
                present.add(DeviceRule.parse(line));
            }
        }
        for (DeviceRule rule : DeviceRule.normalised(next)) {
            if (present.stream().noneMatch(other -> other.covers(rule))) {
                cgroup.write("devices.allow", rule.toString());
            }
        }
        for (DeviceRule rule : present) {
            Optional<DeviceRule> excess = rule.without(next);
            if (excess.isPresent()) {
                cgroup.write("devices.deny", excess.get().toString());
            }
        }
    }
}
