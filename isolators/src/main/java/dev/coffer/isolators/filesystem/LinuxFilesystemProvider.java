package dev.coffer.isolators.filesystem;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code filesystem/linux}. */
public final class LinuxFilesystemProvider implements IsolatorProvider {
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuacct", "memory", "pids");

    private static final String CGROUPS = "cgroups/";

    private final HostFacts host;

    public LinuxFilesystemProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return "filesystem/linux";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(FilesystemFlags.SANDBOX_DIRECTORY);
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        List<CgroupMount> visible = visible(host.cgroups());
        return List.of(new LinuxFilesystemIsolator(
                visible,
                setting.flags().get(FilesystemFlags.SANDBOX_DIRECTORY).map(Path::toString),
                own(visible, setting)));
    }

    /** In a cgroup namespace, the hierarchies in which the container is in a cgroup of its own. */
    private static Set<CgroupMount> own(List<CgroupMount> visible, IsolatorSetting setting) {
        Set<CgroupMount> own = new HashSet<>();
        if (!setting.has("namespaces/cgroup")) {
            return own;
        }
        for (CgroupMount mount : visible) {
            for (String isolator : setting.isolators()) {
                if (isolator.startsWith(CGROUPS) && (mount.name().isEmpty() || carries(mount, isolator))) {
                    own.add(mount);
                }
            }
        }
        return own;
    }

    private static boolean carries(CgroupMount mount, String isolator) {
        String controller = isolator.equals("cgroups/mem") ? "memory" : isolator.substring(CGROUPS.length());
        List<String> carried = List.of(mount.name().split(",", -1));
        // time is accounted for whoever has a share of it
        return carried.contains(controller) || (controller.equals("cpu") && carried.contains("cpuacct"));
    }

    /** The hierarchies a container sees of its own: all of v2, or the v1 ones that hold it. */
    private static List<CgroupMount> visible(CgroupHierarchies hierarchies) {
        Map<CgroupHierarchy, String> v1 = new LinkedHashMap<>();
        for (String controller : CONTROLLERS) {
            Optional<CgroupHierarchy> hierarchy = hierarchies.carrying(controller);
            if (hierarchy.isPresent() && hierarchy.get().version() == Version.V1) {
                v1.merge(hierarchy.get(), controller, (a, b) -> a + "," + b);
            }
        }
        if (v1.isEmpty()) {
            return hierarchies.hasV2() ? List.of(CgroupMount.UNIFIED) : List.of();
        }
        return v1.values().stream()
                .map(names -> new CgroupMount(names, "cgroup", names))
                .toList();
    }
}
