package dev.coffer.isolators.device;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Device;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolators.cgroup.DeviceAccess;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lets a container's cgroup use the devices of its request; those of the operator it may use anyway. */
record DevicePermissions(String name, DeviceAccess access) implements HostIsolator {
    /** What a request's own devices need. */
    static List<DeviceRule> rules(ContainerSpec spec) {
        List<DeviceRule> rules = new ArrayList<>();
        for (Device device : spec.isolation().devices().nodes()) {
            rules.add(DeviceNode.of(device.hostPath(), device.containerPath(), device.access())
                    .rule());
        }
        return rules;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Permissions(id, access);
    }

    /** None: a permission is the cgroup's, and goes with it. */
    @Override
    public Set<ContainerId> discover() {
        return Set.of();
    }

    private record Permissions(ContainerId id, DeviceAccess access) implements HostResource {
        @Override
        public void create(ContainerSpec spec) {
            access.allow(id, rules(spec));
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of();
        }

        @Override
        public void close() {
            // with the cgroup
        }
    }
}
