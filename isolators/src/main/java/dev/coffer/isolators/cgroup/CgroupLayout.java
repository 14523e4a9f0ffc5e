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
 * @param chosen names of isolators
 */
record CgroupLayout(List<CgroupTree> trees, Map<String, String> missing, Set<String> chosen, boolean countsTasks) {
    /** In the order in which hierarchies are emptied. */
    private static final List<String> KNOWN = List.of(
            "cgroups/pids",
            "cgroups/mem",
            "cgroups/cpu",
            "cgroups/cpuacct",
            "cgroups/devices",
            "cgroups/cpuset",
            "cgroups/blkio",
            "cgroups/io",
            "cgroups/hugetlb",
            "cgroups/net_cls",
            "cgroups/net_prio",
            "cgroups/perf_event",
            "cgroups/freezer",
            "cgroups/misc",
            "cgroups/rdma");

    CgroupLayout {
        trees = List.copyOf(trees);
        missing = Map.copyOf(missing);
        chosen = Set.copyOf(chosen);
    }

    /** Whether the isolator of that name was chosen and the host can do it. */
    boolean has(String isolator) {
        return chosen.contains(isolator) && !missing.containsKey(isolator);
    }

    static CgroupLayout of(
            CgroupHierarchies hierarchies, String root, Set<String> controllers, CgroupSettings settings) {
        requireRoot(root);
        requireKnown(controllers);
        Builder builder = new Builder(hierarchies);
        for (String name : KNOWN) {
            if (controllers.contains(name)) {
                builder.add(name, settings);
            }
        }
        return builder.build(root, controllers, settings.countTasks());
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
            throw new IllegalArgumentException("unknown cgroup controllers " + unknown + "; known are " + KNOWN);
        }
    }

    /** Gathers controllers by the hierarchy that carries them. */
    private static final class Builder {
        private final CgroupHierarchies hierarchies;
        private final Map<CgroupHierarchy, List<Controller>> byHierarchy = new LinkedHashMap<>();
        private boolean timed;
        private final Map<String, String> missing = new LinkedHashMap<>();

        Builder(CgroupHierarchies hierarchies) {
            this.hierarchies = hierarchies;
        }

        void add(String name, CgroupSettings settings) {
            switch (name) {
                case "cgroups/pids" -> add(name, "pids", new Pids(), new Pids());
                case "cgroups/mem" ->
                    add(name, "memory", new MemoryV1(settings.limitSwap()), new MemoryV2(settings.limitSwap()));
                case "cgroups/cpu" -> {
                    add(name, "cpu", new CpuV1(settings.cpu()), new CpuV2(settings.cpu()));
                    addCpuTime();
                }
                case "cgroups/cpuacct" -> addCpuTime();
                case "cgroups/devices" -> {
                    Supplier<List<DeviceRule>> allowed =
                            () -> DefaultDevices.and(settings.allowedDevices().rules());
                    add(name, "devices", new DevicesV1(allowed), new DevicesV2(allowed));
                }
                case "cgroups/cpuset" -> both(name, "cpuset", new CpusetController(settings.exclusiveCpus()));
                case "cgroups/blkio" -> both(name, "blkio", new BlkioV1());
                case "cgroups/io" -> both(name, "io", new IoV2());
                case "cgroups/hugetlb" -> both(name, "hugetlb", new Hugetlb());
                case "cgroups/net_cls" -> both(name, "net_cls", new NetCls(settings.netHandles()));
                case "cgroups/freezer" -> both(name, "freezer", new Freezer());
                case "cgroups/perf_event" -> both(name, "perf_event", new PerfEvents(settings.perf()));
                case "cgroups/misc" -> both(name, "misc", new Misc());
                default -> {
                    String kernelName = name.substring(name.indexOf('/') + 1);
                    both(name, kernelName, new Membership(kernelName));
                }
            }
        }

        private void both(String name, String kernelName, Controller controller) {
            add(name, kernelName, controller, controller);
        }

        private void add(String name, String kernelName, Controller v1, Controller v2) {
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
            if (found.isPresent() && !timed) {
                timed = true;
                add(found.get(), new CpuacctV1());
            }
        }

        CgroupLayout build(String root, Set<String> chosen, boolean countsTasks) {
            List<CgroupTree> trees = new ArrayList<>();
            for (Map.Entry<CgroupHierarchy, List<Controller>> entry : byHierarchy.entrySet()) {
                trees.add(new CgroupTree(entry.getKey(), root, entry.getValue()));
            }
            return new CgroupLayout(trees, missing, chosen, countsTasks);
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
