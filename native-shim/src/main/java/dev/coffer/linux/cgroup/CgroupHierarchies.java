package dev.coffer.linux.cgroup;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which hierarchy of this host carries which controller: v1 mounts, the v2 mount, or some of each (hybrid).
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public final class CgroupHierarchies {
    private static final Set<String> CONTROLLERS = Set.of(
            "cpu",
            "cpuacct",
            "memory",
            "pids",
            "cpuset",
            "devices",
            "blkio",
            "io",
            "hugetlb",
            "net_cls",
            "net_prio",
            "perf_event",
            "freezer",
            "misc",
            "rdma");

    /** What every v2 hierarchy does without listing it in {@code cgroup.controllers}, unless a v1 mount has it. */
    private static final Set<String> IN_EVERY_V2 = Set.of("devices", "freezer", "perf_event");

    private final Map<String, CgroupHierarchy> byController;
    private final boolean unified;

    private CgroupHierarchies(Map<String, CgroupHierarchy> byController, boolean unified) {
        this.byController = Map.copyOf(byController);
        this.unified = unified;
    }

    /** Reads what is mounted now, as this process sees it. */
    public static CgroupHierarchies detect() throws ErrnoException {
        CgroupFiles files = CgroupFiles.kernel();
        return of(files.read("/proc/self/mountinfo"), files.read("/proc/self/cgroup"), files);
    }

    /**
     * The hierarchies told of by the given texts.
     *
     * @param mountinfo as {@code /proc/self/mountinfo}
     * @param ownCgroups as {@code /proc/self/cgroup}
     * @param files asked only for a v2 mount's {@code cgroup.controllers}, and used by the cgroups later
     */
    public static CgroupHierarchies of(String mountinfo, String ownCgroups, CgroupFiles files) throws ErrnoException {
        Map<String, CgroupHierarchy> found = new LinkedHashMap<>();
        boolean unified = false;
        CgroupHierarchy second = null;
        for (CgroupMount mount : usable(mountinfo)) {
            Set<String> controllers = new LinkedHashSet<>(CONTROLLERS);
            Optional<String> own = ownDirectory(mount, ownCgroups);
            Optional<String> subtree = new Delegation(files, mount).subtree(own);
            if (mount.version() == Version.V1) {
                controllers.retainAll(mount.options());
            } else {
                unified = true;
                String base = subtree.orElse(mount.mountPoint());
                controllers.retainAll(CgroupHierarchy.words(files.read(base + "/cgroup.controllers")));
            }
            CgroupHierarchy hierarchy = new CgroupHierarchy(files, mount, controllers, own, subtree);
            for (String controller : controllers) {
                found.putIfAbsent(controller, hierarchy);
            }
            if (mount.version() == Version.V2) {
                second = hierarchy;
            }
        }
        if (second != null) {
            for (String controller : IN_EVERY_V2) {
                found.putIfAbsent(controller, second);
            }
        }
        return new CgroupHierarchies(found, unified);
    }

    /** The hierarchy that carries the controller of that kernel name ({@code cpu}, {@code memory} …) on this host. */
    public Optional<CgroupHierarchy> carrying(String controller) {
        return Optional.ofNullable(byController.get(controller));
    }

    /** Every hierarchy that carries a controller, each once. */
    public Set<CgroupHierarchy> all() {
        return Set.copyOf(byController.values());
    }

    /** Whether a v2 hierarchy is mounted, whatever it carries. */
    public boolean hasV2() {
        return unified;
    }

    /** Mounts in order of preference: whole hierarchies before parts of one; of several at one place, the top one. */
    private static List<CgroupMount> usable(String mountinfo) {
        Map<String, CgroupMount> byPlace = new LinkedHashMap<>();
        String[] lines = mountinfo.split("\n", -1);
        VisibleMounts visible = new VisibleMounts(lines);
        for (String line : lines) {
            Optional<CgroupMount> mount = CgroupMount.parse(line);
            if (mount.isPresent() && visible.contains(line)) {
                byPlace.remove(mount.get().mountPoint());
                byPlace.put(mount.get().mountPoint(), mount.get());
            }
        }
        List<CgroupMount> whole = new ArrayList<>();
        List<CgroupMount> partial = new ArrayList<>();
        for (CgroupMount mount : byPlace.values()) {
            (mount.root().equals("/") ? whole : partial).add(mount);
        }
        whole.addAll(partial);
        return whole;
    }

    /** Where this process is in the hierarchy of {@code mount}. */
    private static Optional<String> ownDirectory(CgroupMount mount, String ownCgroups) {
        for (String line : ownCgroups.split("\n", -1)) {
            String[] fields = line.split(":", 3);
            if (fields.length == 3 && describes(fields[1], mount)) {
                return mount.locate(fields[2]);
            }
        }
        return Optional.empty();
    }

    private static boolean describes(String controllers, CgroupMount mount) {
        if (mount.version() == Version.V2) {
            return controllers.isEmpty();
        }
        return !controllers.isEmpty() && mount.options().containsAll(Arrays.asList(controllers.split(",")));
    }
}
