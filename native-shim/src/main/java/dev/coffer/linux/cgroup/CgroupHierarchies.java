package dev.coffer.linux.cgroup;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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
    private static final Set<String> CONTROLLERS = Set.of("cpu", "cpuacct", "memory", "pids");

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
        for (CgroupMount mount : usable(mountinfo)) {
            Set<String> controllers = new LinkedHashSet<>(CONTROLLERS);
            if (mount.version() == Version.V1) {
                controllers.retainAll(mount.options());
            } else {
                unified = true;
                controllers.retainAll(CgroupHierarchy.words(files.read(mount.mountPoint() + "/cgroup.controllers")));
            }
            Optional<String> own = ownPath(mount, ownCgroups).flatMap(mount::locate);
            CgroupHierarchy hierarchy = new CgroupHierarchy(files, mount, controllers, own);
            controllers.forEach(controller -> found.putIfAbsent(controller, hierarchy));
        }
        return new CgroupHierarchies(found, unified);
    }

    /** The hierarchy that carries the controller of that kernel name ({@code cpu}, {@code memory} …) on this host. */
    public Optional<CgroupHierarchy> carrying(String controller) {
        return Optional.ofNullable(byController.get(controller));
    }

    /** Whether a v2 hierarchy is mounted, whatever it carries. */
    public boolean hasV2() {
        return unified;
    }

    /** Mounts in order of preference: whole hierarchies before parts of one; of several at one place, the top one. */
    private static List<CgroupMount> usable(String mountinfo) {
        Map<String, CgroupMount> byPlace = new LinkedHashMap<>();
        mountinfo.lines().map(CgroupMount::parse).flatMap(Optional::stream).forEach(mount -> {
            byPlace.remove(mount.mountPoint());
            byPlace.put(mount.mountPoint(), mount);
        });
        Collection<CgroupMount> all = byPlace.values();
        List<CgroupMount> ordered = new ArrayList<>(
                all.stream().filter(mount -> mount.root().equals("/")).toList());
        ordered.addAll(all.stream().filter(mount -> !mount.root().equals("/")).toList());
        return ordered;
    }

    /** This process's path in the hierarchy of {@code mount}. */
    private static Optional<String> ownPath(CgroupMount mount, String ownCgroups) {
        return ownCgroups
                .lines()
                .map(line -> line.split(":", 3))
                .filter(fields -> fields.length == 3 && describes(fields[1], mount))
                .map(fields -> fields[2])
                .findFirst();
    }

    private static boolean describes(String controllers, CgroupMount mount) {
        if (mount.version() == Version.V2) {
            return controllers.isEmpty();
        }
        return !controllers.isEmpty() && mount.options().containsAll(Arrays.asList(controllers.split(",")));
    }
}
