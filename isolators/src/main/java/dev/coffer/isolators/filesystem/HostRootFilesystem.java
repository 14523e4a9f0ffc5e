package dev.coffer.isolators.filesystem;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageConfig;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.BindRoot;
import dev.coffer.isolation.LaunchStep.MaskPath;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.MountFlag;
import dev.coffer.rootfs.Rootfs;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The root of a container without an image: the host's file system read-only, with fresh scratch directories.
 *
 * <p>A read-only mount does not keep anybody from connecting to a socket in it, so {@code /run} (Docker, containerd,
 * D-Bus, systemd) is hidden as a whole. Everything else the host's root may read stays readable.
 */
public final class HostRootFilesystem {
    private static final Set<MountFlag> SCRATCH = EnumSet.of(MountFlag.NOSUID, MountFlag.NODEV);

    /** Fresh in every container, with the mount options of each. {@code /var/run} is usually a link to {@code /run}. */
    private static final Map<String, String> FRESH =
            Map.of("tmp", "mode=1777", "var/tmp", "mode=1777", "run", "mode=755", "var/run", "mode=755");

    /** State of other container engines: sockets, and every container's files. */
    private static final List<String> ENGINES =
            List.of("var/lib/docker", "var/lib/containerd", "var/lib/containers", "var/lib/kubelet", "var/lib/lxd");

    private final Path host;
    private final List<Path> hidden;

    /**
     * A view without these directories.
     *
     * @param hidden Coffer's own: work, runtime and store directories; absolute
     */
    public HostRootFilesystem(List<Path> hidden) {
        this(Path.of("/"), hidden);
    }

    HostRootFilesystem(Path host, List<Path> hidden) {
        this.host = host;
        this.hidden = List.copyOf(hidden);
        for (Path path : hidden) {
            if (!path.isAbsolute() || path.getNameCount() == 0) {
                throw new IllegalArgumentException("hidden path '" + path + "' must be absolute and not the root");
            }
        }
    }

    /** The host's file system as it is, writable: for {@code filesystem/posix}. */
    public static Rootfs writable() {
        Path root = Path.of("/");
        return new Rootfs(List.of(new BindRoot(root, false)), ImageConfig.EMPTY, new HostFiles(root));
    }

    /** Looks at the host's directories, because the launcher follows no symlink and can make nothing on this root. */
    public Rootfs rootfs() {
        SortedMap<String, LaunchStep> mounts = new TreeMap<>();
        FRESH.forEach((path, data) -> resolve(host.resolve(path)).ifPresent(target -> {
            mounts.put(target, new MountFilesystem("tmpfs", target, SCRATCH, data));
        }));
        List<LaunchStep> steps = new ArrayList<>();
        steps.add(new BindRoot(host, true));
        steps.addAll(mounts.values());
        Stream.concat(ENGINES.stream().map(host::resolve), hidden.stream())
                .flatMap(path -> resolve(path).stream())
                .distinct()
                .forEach(path -> steps.add(new MaskPath(path)));
        return new Rootfs(steps, ImageConfig.EMPTY, new HostFiles(host));
    }

    /** The path in the container; empty if the host has none. */
    private Optional<String> resolve(Path path) {
        try {
            return Optional.of("/" + host.relativize(path.toRealPath()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new IsolationException(Fault.HOST_SETUP, "cannot resolve directory '" + path + "': " + e, e);
        }
    }
}
