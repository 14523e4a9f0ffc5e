package dev.coffer.isolators.device;

import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.cgroup.AllowedDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes the nodes of named devices in the container's {@code /dev}. */
record DeviceNodesIsolator(String name, AllowedDevices forAll) implements PlanIsolator {
    /** What {@code filesystem/linux} makes there. */
    static final Set<String> PRESENT = Set.of(
            "/dev/null",
            "/dev/zero",
            "/dev/full",
            "/dev/random",
            "/dev/urandom",
            "/dev/tty",
            "/dev/console",
            "/dev/ptmx",
            "/dev/pts",
            "/dev/shm",
            "/dev/mqueue",
            "/dev/fd",
            "/dev/stdin",
            "/dev/stdout",
            "/dev/stderr");

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        List<LaunchStep> steps = new ArrayList<>();
        Set<String> made = new TreeSet<>(PRESENT);
        for (DeviceNode node : GrantedDevices.of(context.spec(), forAll)) {
            node.addTo(steps, made);
        }
        return steps;
    }
}
