package dev.coffer.agent.config;

import java.nio.file.Path;
import java.util.Map;

/**
 * Where Coffer keeps its things.
 *
 * @param workDirectory {@code work_dir}: sandboxes; survives a reboot
 * @param runtimeDirectory {@code runtime_dir}: what belongs to running containers; a tmpfs
 * @param storeDirectory {@code docker_store_dir}: images
 * @param cgroupsRoot {@code cgroups_root}: name of the cgroup that holds those of the containers
 */
public record HostConfig(Path workDirectory, Path runtimeDirectory, Path storeDirectory, String cgroupsRoot) {
    public static final HostConfig DEFAULT = new HostConfig(
            Path.of("/var/lib/coffer"), Path.of("/run/coffer"), Path.of("/var/lib/coffer/store/docker"), "coffer");

    public HostConfig {
        requireAbsolute("work_dir", workDirectory);
        requireAbsolute("runtime_dir", runtimeDirectory);
        requireAbsolute("docker_store_dir", storeDirectory);
        if (!cgroupsRoot.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")) {
            throw new IllegalArgumentException(
                    "cgroups_root must be one name of letters, digits, '_', '-' and '.', was '" + cgroupsRoot + "'");
        }
    }

    /**
     * The defaults, each replaced by {@code COFFER_<NAME>} where that is set.
     *
     * @param environment of this process
     */
    public static HostConfig of(Map<String, String> environment) {
        Path work = path(environment, "COFFER_WORK_DIR", DEFAULT.workDirectory);
        return new HostConfig(
                work,
                path(environment, "COFFER_RUNTIME_DIR", DEFAULT.runtimeDirectory),
                path(
                        environment,
                        "COFFER_DOCKER_STORE_DIR",
                        work.resolve("store").resolve("docker")),
                environment.getOrDefault("COFFER_CGROUPS_ROOT", DEFAULT.cgroupsRoot));
    }

    /** The settings of this process's environment. */
    public static HostConfig ofEnvironment() {
        return of(System.getenv());
    }

    private static Path path(Map<String, String> environment, String name, Path otherwise) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? otherwise : Path.of(value);
    }

    private static void requireAbsolute(String flag, Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(flag + " must be an absolute path, was '" + path + "'");
        }
    }
}
