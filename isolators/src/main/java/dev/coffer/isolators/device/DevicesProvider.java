package dev.coffer.isolators.device;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.cgroup.AllowedDevices;
import dev.coffer.isolators.cgroup.CgroupFlags;
import dev.coffer.isolators.cgroup.DeviceAccess;
import dev.coffer.isolators.host.HostFacts;
import java.util.List;
import java.util.Set;

/** {@code linux/devices}. */
public final class DevicesProvider implements IsolatorProvider {
    public static final String NAME = "linux/devices";

    private final HostFacts host;

    public DevicesProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(CgroupFlags.ALLOWED_DEVICES);
    }

    @Override
    public Set<String> requires() {
        return Set.of("filesystem/linux");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        AllowedDevices forAll = setting.flags().get(CgroupFlags.ALLOWED_DEVICES).orElse(AllowedDevices.NONE);
        return List.of(
                new DevicePermissions(NAME, DeviceAccess.of(host::cgroups, setting)),
                new DeviceNodesIsolator(NAME, forAll));
    }
}
