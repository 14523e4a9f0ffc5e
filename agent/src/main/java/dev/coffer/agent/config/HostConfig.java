package dev.coffer.agent.config;

import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolators.IsolationFlags;
import dev.coffer.isolators.IsolatorCatalog;
import dev.coffer.isolators.cgroup.CgroupFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where Coffer keeps its things, and everything else an operator has set.
 *
 * @param workDirectory {@code work_dir}: sandboxes; survives a reboot
 * @param runtimeDirectory {@code runtime_dir}: what belongs to running containers; a tmpfs
 * @param storeDirectory {@code docker_store_dir}: images
 * @param flags all that is set, these directories included or not
 */
public record HostConfig(Path workDirectory, Path runtimeDirectory, Path storeDirectory, FlagValues flags) {
    public static final HostConfig DEFAULT = of(FlagValues.DEFAULTS);

    public HostConfig {
        requireAbsolute("work_dir", workDirectory);
        requireAbsolute("runtime_dir", runtimeDirectory);
        requireAbsolute("docker_store_dir", storeDirectory);
    }

    /**
     * These directories and defaults for everything else.
     *
     * @param cgroupsRoot {@code cgroups_root}: name of the cgroup that holds those of the containers
     */
    public HostConfig(Path workDirectory, Path runtimeDirectory, Path storeDirectory, String cgroupsRoot) {
        this(
                workDirectory,
                runtimeDirectory,
                storeDirectory,
                FlagValues.DEFAULTS.withText(CgroupFlags.ROOT, cgroupsRoot));
    }

    /** What these flags say. */
    public static HostConfig of(FlagValues flags) {
        Path work = flags.get(HostFlags.WORK_DIR);
        return new HostConfig(
                work,
                flags.get(HostFlags.RUNTIME_DIR),
                flags.get(HostFlags.DOCKER_STORE_DIR)
                        .orElse(work.resolve("store").resolve("docker")),
                flags);
    }

    /**
     * The defaults, each replaced by {@code COFFER_<NAME>} or {@code MESOS_<NAME>} where that is set.
     *
     * @param environment of this process
     */
    public static HostConfig of(Map<String, String> environment) {
        FlagCatalog catalog = new FlagCatalog(FlagReader.modulesDirectory(Map.of(), environment));
        return of(FlagReader.read(catalog, Map.of(), environment));
    }

    /** The settings of this process's environment. */
    public static HostConfig ofEnvironment() {
        return of(System.getenv());
    }

    /** The same directories with other flags. */
    public HostConfig with(FlagValues others) {
        return new HostConfig(workDirectory, runtimeDirectory, storeDirectory, others);
    }

    public String cgroupsRoot() {
        return flags.get(CgroupFlags.ROOT);
    }

    /** Isolators that are not built in; looks for them only if something is set that no built-in one knows. */
    public List<IsolatorProvider> otherIsolators() {
        Optional<Path> directory = flags.get(HostFlags.MODULES_DIR);
        List<String> asked = flags.get(IsolationFlags.ISOLATION).orElse(List.of());
        return directory.isPresent() || IsolatorCatalog.mentionsOthers(asked) ? Modules.load(directory) : List.of();
    }

    /** Finds what other jars provide, those of {@code --modules_dir} among them. */
    public ClassLoader plugins() {
        return Modules.loader(flags.get(HostFlags.MODULES_DIR));
    }

    private static void requireAbsolute(String flag, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(flag + " must be an absolute path, was '" + path + "'");
        }
    }
}
