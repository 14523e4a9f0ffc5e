package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;

/** Devices that one container asks for on top of those of all containers. */
final class OwnDevices {
    private OwnDevices() {}

    static List<DeviceRule> and(List<DeviceRule> everybody, Resources limits) {
        List<String> own = limits.tuning().access().devices();
        if (own.isEmpty()) {
            return everybody;
        }
        List<DeviceRule> all = new ArrayList<>(everybody);
        own.forEach(rule -> all.add(DeviceRule.parse(rule)));
        return DeviceRule.normalised(all);
    }
}
