package dev.coffer.isolators.cgroup;

import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import dev.coffer.linux.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Which hierarchies containers need on this host, for the controllers chosen.
 *
 * @param trees the one with the pids controller first: emptied first, it lets no process fork past the killing
 * @param missing controllers chosen but not there, by operator-facing name, with what to do about it
 */
record CgroupLayout(List<CgroupTree> trees, Map<String, String> missing) {
    private static final Set<String> KNOWN = Set.of("cgroups/pids", "cgroups/mem", "cgroups/cpu", "cgroups/devices");

    CgroupLayout {
        trees = List.copyOf(trees);
        missing = Map.copyOf(missing);
    }

    static CgroupLayout of(
            CgroupHierarchies hierarchies, String root, Set<String> controllers, CgroupSettings settings) {
        requireRoot(root);
        requireKnown(controllers);
        Builder builder = new Builder(hierarchies);
        if (controllers.contains("cgroups/pids")) {
            builder.add("cgroups/pids", "pids", new Pids(), new Pids());
        }
        if (controllers.contains("cgroups/mem")) {
            builder.add("cgroups/mem", "memory", new MemoryV1(), new MemoryV2());
        }
        if (controllers.contains("cgroups/cpu")) {
            builder.add("cgroups/cpu", "cpu", new CpuV1(), new CpuV2());
            builder.addCpuTime();
        }
        if (controllers.contains("cgroups/devices")) {
            Supplier<List<DeviceRule>> allowed =
                    () -> DefaultDevices.and(settings.allowedDevices().rules());
            builder.add("cgroups/devices", "devices", new DevicesV1(allowed), new DevicesV2(allowed));
        }
        return builder.build(root);
    }

    private static void requireRoot(String root) {
        for (String segment : root.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..") || segment.indexOf('\n') >= 0) {
                throw new IllegalArgumentException(
                        "cgroups root '" + root + "' must be a relative path without empty, '.' or '..' segments");
            }
        }
    }

    private static void requireKnown(Set<String> controllers) {
        Set<String> unknown = new TreeSet<>(controllers);
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown cgroup controllers " + unknown + "; known are " + new TreeSet<>(KNOWN));
        }
    }

    /** Gathers controllers by the hierarchy that carries them. */
    private static final class Builder {
        private final CgroupHierarchies hierarchies;
        private final Map<CgroupHierarchy, List<Controller>> byHierarchy = new LinkedHashMap<>();
        private final Map<String, String> missing = new LinkedHashMap<>();

        Builder(CgroupHierarchies hierarchies) {
            this.hierarchies = hierarchies;
        }

        void add(String name, String kernelName, Controller v1, Controller v2) {
            Optional<CgroupHierarchy> found = hierarchies.carrying(kernelName);
            if (found.isEmpty()) {
                missing.put(name, remedy(hierarchies, kernelName));
                return;
            }
            add(found.get(), found.get().version() == Version.V1 ? v1 : v2);
        }

        private void add(CgroupHierarchy hierarchy, Controller controller) {
            List<Controller> list = byHierarchy.get(hierarchy);
            if (list == null) {
                list = new ArrayList<>();
                byHierarchy.put(hierarchy, list);
            }
            list.add(controller);
        }

        /** Without it only a figure is missing, so the host need not have it. */
        void addCpuTime() {
            Optional<CgroupHierarchy> found = hierarchies.carrying("cpuacct");
            if (found.isPresent()) {
                add(found.get(), new CpuacctV1());
            }
        }

        CgroupLayout build(String root) {
            List<CgroupTree> trees = new ArrayList<>();
            for (Map.Entry<CgroupHierarchy, List<Controller>> entry : byHierarchy.entrySet()) {
                trees.add(new CgroupTree(entry.getKey(), root, entry.getValue()));
            }
            return new CgroupLayout(trees, missing);
        }
    }

    /** What gives a host a controller that no hierarchy of it carries. */
    static String remedy(CgroupHierarchies hierarchies, String kernelName) {
        String boot = kernelName.equals("memory") ? "boot with cgroup_enable=memory, or " : "";
        if (hierarchies.hasV2()) {
            return boot + "add +" + kernelName
                    + " to cgroup.subtree_control of every cgroup above the cgroup2 mount this agent sees,"
                    + " or mount the controller as v1: mount -t cgroup -o " + kernelName + " cgroup DIR";
        }
        return boot + "mount it: mount -t cgroup -o " + kernelName + " cgroup /sys/fs/cgroup/" + kernelName;
    }
}
