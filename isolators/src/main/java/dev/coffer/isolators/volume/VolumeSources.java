package dev.coffer.isolators.volume;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.HostVolume;
import dev.coffer.container.ImageVolume;
import dev.coffer.container.SandboxVolume;
import dev.coffer.container.SecretVolume;
import dev.coffer.container.Volume;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.OverlayRoot;
import dev.coffer.rootfs.RootfsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Makes what volumes are mounted from. All of it is in the container's own directories, or stays on purpose. */
final class VolumeSources implements HostIsolator {
    private final Set<String> kinds;
    private final List<Path> forced;
    private final RootfsProvider images;
    private final Function<ContainerId, Path> sandboxes;
    /** What has been made for a launch that is going on. */
    private final Map<ContainerId, List<OverlayRoot>> overlays = new ConcurrentHashMap<>();

    /**
     * Makes volumes of these kinds.
     *
     * @param forced directories below which a missing source is made; normalized
     */
    VolumeSources(Set<String> kinds, List<Path> forced, RootfsProvider images, Function<ContainerId, Path> sandboxes) {
        this.kinds = Set.copyOf(kinds);
        this.forced = List.copyOf(forced);
        this.images = images;
        this.sandboxes = sandboxes;
    }

    @Override
    public String name() {
        return "volumes";
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Sources(id);
    }

    /** None: what is made goes with the sandbox and the lease of the container itself. */
    @Override
    public Set<ContainerId> discover() {
        return Set.of();
    }

    /** The overlays of a container's image volumes, in their order; looked up if nothing has been made, for explain. */
    List<OverlayRoot> overlays(ContainerSpec spec) {
        List<OverlayRoot> made = overlays.get(spec.id());
        if (made != null) {
            return made;
        }
        ImageVolumes volumes = imagesOf(spec.id());
        List<OverlayRoot> described = new ArrayList<>();
        for (ImageVolume volume : imagesIn(spec)) {
            described.add(volumes.provide(described.size(), volume));
        }
        return described;
    }

    ImageVolumes imagesOf(ContainerId id) {
        return new ImageVolumes(id, sandboxes.apply(id), images);
    }

    static List<ImageVolume> imagesIn(ContainerSpec spec) {
        return spec.isolation().volumes().stream()
                .filter(ImageVolume.class::isInstance)
                .map(ImageVolume.class::cast)
                .toList();
    }

    private final class Sources implements HostResource {
        private final ContainerId id;

        Sources(ContainerId id) {
            this.id = id;
        }

        @Override
        public void create(ContainerSpec spec) {
            for (Volume volume : spec.isolation().volumes()) {
                prepare(volume);
            }
            List<OverlayRoot> made = new ArrayList<>();
            ImageVolumes volumes = imagesOf(id);
            for (ImageVolume volume : imagesIn(spec)) {
                volumes.prepare(made.size(), volume);
                made.add(volumes.provide(made.size(), volume));
            }
            if (!made.isEmpty()) {
                overlays.put(id, made);
            }
        }

        private void prepare(Volume volume) {
            String kind = kindOf(volume);
            if (!kinds.contains(kind)) {
                throw VolumeMounts.fault(volume, kind + " is not chosen; add it to --isolation");
            }
            if (volume instanceof SandboxVolume ofSandbox) {
                makeDirectory(volume, sandboxes.apply(id).resolve(ofSandbox.path()));
            } else if (volume instanceof HostVolume ofHost && isForced(ofHost.hostPath())) {
                makeDirectory(volume, ofHost.hostPath());
            }
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of(); // a volume may be below one of another isolator: VolumeMounts orders them all
        }

        @Override
        public void close() {
            overlays.remove(id);
            imagesOf(id).close();
        }
    }

    private static String kindOf(Volume volume) {
        if (volume instanceof HostVolume) {
            return VolumesProvider.HOST_PATH;
        }
        if (volume instanceof SecretVolume) {
            return VolumesProvider.SECRET;
        }
        return volume instanceof SandboxVolume ? VolumesProvider.SANDBOX_PATH : VolumesProvider.IMAGE;
    }

    private boolean isForced(Path source) {
        Path normal = source.normalize();
        return forced.stream().anyMatch(normal::startsWith) && !Files.exists(source);
    }

    private static void makeDirectory(Volume volume, Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot make directory " + directory + " for the volume at '" + volume.containerPath() + "': " + e,
                    e);
        }
    }
}
