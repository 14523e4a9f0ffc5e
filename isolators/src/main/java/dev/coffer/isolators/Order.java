package dev.coffer.isolators;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each isolator stands, and why. Resources on the host are made in this order and removed in reverse; launch steps of
 * one phase run in it. Isolators that are not built in come after all of these, in the order of {@code --isolation}.
 *
 * <p>Names that have no provider in {@link IsolatorCatalog} are refused as not supported by this version.
 */
final class Order {
    /** A name and the reason why it is not further up or down. */
    record Place(String name, String reason) {}

    private static final String WITH_CPU = "with cgroups/cpu: one pass over the hierarchies serves them all";
    private static final String WITH_PID = "with namespaces/pid: one clone makes them all";
    private static final String VOLUME = "after the file system, into which it mounts";

    static final List<Place> PLACES = List.of(
            new Place("filesystem/posix", "first: every other isolator works on the tree that is chosen here"),
            new Place("filesystem/linux", "first: everything else mounts into the tree that it makes"),
            new Place("filesystem/shared", "right after the file system it adds to"),
            new Place("posix/cpu", "measures only; before cgroups, whose figures are better and overrule it"),
            new Place("posix/mem", "as posix/cpu"),
            new Place("cgroups/cpu", "early: whatever is started later for the container is held by its limits"),
            new Place("cgroups/cpuacct", WITH_CPU),
            new Place("cgroups/mem", WITH_CPU),
            new Place("cgroups/pids", WITH_CPU),
            new Place("cgroups/cpuset", WITH_CPU),
            new Place("cgroups/devices", WITH_CPU),
            new Place("cgroups/blkio", WITH_CPU),
            new Place("cgroups/io", WITH_CPU),
            new Place("cgroups/hugetlb", WITH_CPU),
            new Place("cgroups/net_cls", WITH_CPU),
            new Place("cgroups/net_prio", WITH_CPU),
            new Place("cgroups/perf_event", WITH_CPU),
            new Place("cgroups/freezer", WITH_CPU),
            new Place("cgroups/misc", WITH_CPU),
            new Place("cgroups/rdma", WITH_CPU),
            new Place(
                    "namespaces/pid",
                    "its cgroup step follows those of the cgroups, which become the root of the view"),
            new Place("namespaces/ipc", WITH_PID),
            new Place("namespaces/uts", WITH_PID),
            new Place("namespaces/net", WITH_PID),
            new Place("namespaces/cgroup", WITH_PID),
            new Place("namespaces/time", WITH_PID),
            new Place("namespaces/user", "with namespaces/pid; in a plan it is made first and entered last of all"),
            new Place(
                    "linux/keyring", "before limits: a fresh keyring counts against the agent's quota, not the task's"),
            new Place(
                    "posix/rlimits", "before the working directory is made and entered, so that limits hold for that"),
            new Place("docker/runtime", "after everything that could change the defaults of what is run, and as whom"),
            new Place("linux/devices", "after cgroups/devices, which must allow what it makes"),
            new Place("linux/capabilities", "after docker/runtime, which says who the user is"),
            new Place("linux/apparmor", "after capabilities: a profile is entered on exec"),
            new Place("linux/nnp", "after the working directory: nothing depends on it and a filter may need it"),
            new Place("volume/sandbox_path", VOLUME),
            new Place("docker/volume", VOLUME),
            new Place("volume/host_path", VOLUME),
            new Place("volume/image", VOLUME),
            new Place("volume/secret", VOLUME),
            new Place("volume/csi", VOLUME),
            new Place("disk/du", "after volumes, which it does not count"),
            new Place("disk/xfs", "as disk/du"),
            new Place("disk/ext4", "as disk/du"),
            new Place("linux/seccomp", "after all that makes steps of a process: it must not have to allow those"),
            new Place("gpu/nvidia", "after volumes and devices, which it extends"),
            new Place("network/cni", "late: slow, and undone first"),
            new Place("network/ports", "after the network it watches"),
            new Place("environment_secret", "last: the fewer isolators a value passes, the better"));

    /** What {@code --isolation} is if it is not set, as far as this host can do it. */
    static final List<String> DEFAULT = List.of(
            "filesystem/linux",
            "cgroups/cpu",
            "cgroups/mem",
            "cgroups/pids",
            "cgroups/devices",
            "namespaces/pid",
            "namespaces/ipc",
            "namespaces/uts",
            "namespaces/net",
            "namespaces/cgroup",
            "namespaces/time",
            "namespaces/user",
            "linux/keyring",
            "posix/rlimits",
            "docker/runtime",
            "linux/capabilities",
            "linux/nnp",
            "linux/seccomp");

    private static final Map<String, Integer> RANKS = ranks();

    /** No function of {@link Comparator}: such a one is spun anew at every cold start. */
    private static final Comparator<String> BY_RANK = (a, b) -> Integer.compare(rank(a), rank(b));

    private Order() {}

    private static Map<String, Integer> ranks() {
        Map<String, Integer> ranks = new HashMap<>();
        for (Place place : PLACES) {
            ranks.put(place.name(), ranks.size());
        }
        return ranks;
    }

    /** Puts names in launch order; those that are not built in keep theirs, at the end. */
    static void sort(List<String> names) {
        names.sort(BY_RANK);
    }

    static boolean contains(String name) {
        return RANKS.containsKey(name);
    }

    /** Larger than that of every built-in one if it is not built in. */
    static int rank(String name) {
        return RANKS.getOrDefault(name, RANKS.size());
    }
}
