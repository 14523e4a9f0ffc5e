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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code filesystem/linux}. */
public final class LinuxFilesystemProvider implements IsolatorProvider {
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuacct", "memory", "pids");

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
        return List.of(new LinuxFilesystemIsolator(
                visible(host.cgroups()),
                setting.flags().get(FilesystemFlags.SANDBOX_DIRECTORY).map(Path::toString)));
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
