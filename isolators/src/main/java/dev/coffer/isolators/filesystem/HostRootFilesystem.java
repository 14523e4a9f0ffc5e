package dev.coffer.isolators.filesystem;

import dev.coffer.container.ImageConfig;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.BindRoot;
import dev.coffer.isolation.LaunchStep.MaskPath;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.MountFlag;
import dev.coffer.rootfs.Rootfs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The root of a container without an image: the host's file system read-only, with fresh scratch directories.
 *
 * <p>A read-only mount does not keep anybody from connecting to a socket in it, so {@code /run} (Docker, containerd,
 * D-Bus, systemd) is hidden as a whole. Everything else the host's root may read stays readable.
 */
public final class HostRootFilesystem {
    private static final Set<MountFlag> SCRATCH = EnumSet.of(MountFlag.NOSUID, MountFlag.NODEV);

    /** State of other container engines: sockets, and every container's files. */
    private static final List<String> ENGINES = List.of(
            "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet", "/var/lib/lxd");

    private final List<Path> hidden;

    /**
     * A view without these directories.
     *
     * @param hidden Coffer's own: work, runtime and store directories; absolute, real paths
     */
    public HostRootFilesystem(List<Path> hidden) {
        this.hidden = List.copyOf(hidden);
        for (Path path : hidden) {
            if (!path.isAbsolute() || path.getNameCount() == 0) {
                throw new IllegalArgumentException("hidden path '" + path + "' must be absolute and not the root");
            }
        }
    }

    public Rootfs rootfs() {
        List<LaunchStep> steps = new ArrayList<>();
        steps.add(new BindRoot(Path.of("/"), true));
        steps.add(scratch("/tmp", "mode=1777"));
        steps.add(scratch("/var/tmp", "mode=1777"));
        steps.add(scratch("/run", "mode=755"));
        ENGINES.forEach(path -> steps.add(new MaskPath(path)));
        hidden.forEach(path -> steps.add(new MaskPath(path.normalize().toString())));
        return new Rootfs(steps, ImageConfig.EMPTY, new HostFiles(Path.of("/")));
    }

    private static LaunchStep scratch(String target, String data) {
        return new MountFilesystem("tmpfs", target, SCRATCH, data);
    }
}
