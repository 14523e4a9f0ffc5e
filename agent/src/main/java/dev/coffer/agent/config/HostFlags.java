package dev.coffer.agent.config;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import dev.coffer.isolators.cgroup.CgroupFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Flags of the host as a whole. Those of isolators are declared next to them. */
public final class HostFlags {
    public static final Flag<Path> WORK_DIR = Flag.of(
                    "work_dir",
                    Syntax.path(),
                    "/var/lib/coffer",
                    "Sandboxes and, unless docker_store_dir is set, images; survives a reboot.")
            .otherThanMesos(
                    "none, must be set",
                    "one directory suits nearly everybody, and a first start should need no setting");

    public static final Flag<Path> RUNTIME_DIR = Flag.of(
                    "runtime_dir", Syntax.path(), "/run/coffer", "State of running containers; must be a tmpfs.")
            .otherThanMesos(
                    "/var/run/mesos if /var/run is writable, else below the temporary directory",
                    "a fallback to another directory hides the containers of the earlier start");

    public static final Flag<Optional<Path>> DOCKER_STORE_DIR = Flag.optional(
                    "docker_store_dir", Syntax.path(), "Images.")
            .whenUnset("store/docker in work_dir")
            .otherThanMesos("/tmp/mesos/store/docker", "/tmp is emptied at a reboot and may be a small tmpfs");

    public static final Flag<Optional<Path>> MODULES_DIR = Flag.optional(
                    "modules_dir", Syntax.path(), "Jars with further isolators; nobody but its owner may write there.")
            .whenUnset("only the class path");

    /** In the order of help texts. */
    public static final List<Flag<?>> ALL =
            List.of(WORK_DIR, RUNTIME_DIR, DOCKER_STORE_DIR, CgroupFlags.ROOT, MODULES_DIR);

    private HostFlags() {}
}
