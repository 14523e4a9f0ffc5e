package dev.coffer.isolators.device;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolators.cgroup.DeviceAccess;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Takes GPUs for a container, which no other has then, and lets its cgroup use them.
 *
 * @param minors those to choose from
 */
record GpuPermissions(NvidiaHost host, GpuAllotment allotment, List<Integer> minors, DeviceAccess access)
        implements HostIsolator {
    @Override
    public String name() {
        return NvidiaProvider.NAME;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Gpus(id, this);
    }

    @Override
    public Set<ContainerId> discover() {
        return allotment.containers();
    }

    private record Gpus(ContainerId id, GpuPermissions isolator) implements HostResource {
        @Override
        public void create(ContainerSpec spec) {
            int count = spec.isolation().devices().wholeGpus();
            if (count == 0) {
                return;
            }
            List<DeviceRule> rules = new ArrayList<>(DevicePermissions.rules(spec));
            for (DeviceNode control : isolator.host().controls()) {
                rules.add(control.rule());
            }
            for (int minor : isolator.allotment().take(id, count, isolator.minors())) {
                rules.add(isolator.host().gpu(minor).rule());
            }
            isolator.access().allow(id, rules);
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of();
        }

        @Override
        public void close() {
            isolator.allotment().giveBack(id);
        }
    }
}
