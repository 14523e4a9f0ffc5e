package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import dev.coffer.linux.cgroup.DeviceFilter;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Devices that single containers may use, beyond those of {@code cgroups/devices} that all may. */
public final class DeviceAccess {
    private static final String CONTROLLER = "devices";

    private final Supplier<CgroupHierarchies> hierarchies;
    private final FlagValues flags;
    private final boolean filtered;

    private DeviceAccess(Supplier<CgroupHierarchies> hierarchies, FlagValues flags, boolean filtered) {
        this.hierarchies = hierarchies;
        this.flags = flags;
        this.filtered = filtered;
    }

    /** Does nothing if {@code cgroups/devices} is not chosen: then every device may be used. */
    public static DeviceAccess of(Supplier<CgroupHierarchies> hierarchies, IsolatorSetting setting) {
        return new DeviceAccess(hierarchies, setting.flags(), setting.has("cgroups/devices"));
    }

    /**
     * Lets a container use these too, in place of those of an earlier call. Its cgroup exists and holds nobody yet.
     *
     * @throws IsolationException if the kernel refuses
     */
    public void allow(ContainerId id, List<DeviceRule> more) {
        if (!filtered || more.isEmpty()) {
            return;
        }
        Optional<CgroupHierarchy> hierarchy = hierarchies.get().carrying(CONTROLLER);
        if (hierarchy.isEmpty()) {
            return; // refused by the cgroups already
        }
        Cgroup cgroup = hierarchy.get().cgroup(flags.get(CgroupFlags.ROOT)).child(id.value());
        try {
            if (hierarchy.get().version() == Version.V1) {
                cgroup.writeEach(
                        "devices.allow", more.stream().map(DeviceRule::toString).toList());
            } else {
                List<DeviceRule> rules = new ArrayList<>(flags.get(CgroupFlags.ALLOWED_DEVICES)
                        .orElse(AllowedDevices.NONE)
                        .rules());
                rules.addAll(more);
                try (DeviceFilter filter = DeviceFilter.allowing(DefaultDevices.and(rules))) {
                    filter.replace(cgroup);
                }
            }
        } catch (ErrnoException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot let container " + id + " use " + more + ": " + e.getMessage(), e);
        }
    }
}
