package dev.coffer.isolators.volume;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.HostVolume;
import dev.coffer.container.ImageVolume;
import dev.coffer.container.SandboxVolume;
import dev.coffer.container.SandboxVolume.Owner;
import dev.coffer.container.Secret;
import dev.coffer.container.SecretVolume;
import dev.coffer.container.Volume;
import dev.coffer.container.Volume.Propagation;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.LaunchStep.OverlayRoot;
import dev.coffer.isolation.LaunchStep.OverlayVolume;
import dev.coffer.isolation.LaunchStep.Owners;
import dev.coffer.isolation.LaunchStep.SecretFile;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.runtime.DockerRuntimeIsolator;
import dev.coffer.isolators.secret.Secrets;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Volumes as mount steps. Device nodes on a volume do not work ({@code nodev}): whoever may write to the host directory
 * would otherwise choose the container's devices. {@code nosuid} and {@code noexec} are as the host has them.
 */
final class VolumeMounts implements PlanIsolator {
    private static final Set<String> RESERVED = Set.of("proc", "sys");

    private final VolumeSources sources;
    private final String sandboxDirectory;
    private final Secrets secrets;

    /**
     * Mounts what {@code sources} makes.
     *
     * @param sandboxDirectory where the container sees its sandbox
     */
    VolumeMounts(VolumeSources sources, String sandboxDirectory, Secrets secrets) {
        this.secrets = secrets;
        this.sources = sources;
        this.sandboxDirectory = sandboxDirectory;
    }

    private record Target(int depth, LaunchStep step) {}

    @Override
    public String name() {
        return "volumes";
    }

    /** Parents before children, so that a volume does not hide one that is mounted below it. */
    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        List<Volume> volumes = context.spec().isolation().volumes();
        if (volumes.isEmpty()) {
            return List.of();
        }
        List<OverlayRoot> overlays = sources.overlays(context.spec());
        List<Target> targets = new ArrayList<>();
        int number = 0;
        for (Volume volume : volumes) {
            List<String> segments = segments(volume);
            String place = "/" + String.join("/", segments);
            LaunchStep step;
            if (volume instanceof ImageVolume) {
                Path staging = sources.imagesOf(context.spec().id()).staging(number);
                step = new OverlayVolume(overlays.get(number), staging, place, flags(volume));
                number++;
            } else if (volume instanceof SandboxVolume ofSandbox) {
                step = new Bind(directory(ofSandbox, context), place, flags(volume));
            } else if (volume instanceof SecretVolume ofSecret) {
                step = file(ofSecret, place, context);
            } else {
                HostVolume ofHost = (HostVolume) volume;
                step = new Bind(
                        source(ofHost),
                        place,
                        flags(volume),
                        ofHost.propagation() == Propagation.SLAVE,
                        ofHost.mapped() ? Owners.CONTAINER : Owners.HOST);
            }
            targets.add(new Target(segments.size(), step));
        }
        return targets.stream()
                .sorted(Comparator.comparingInt(Target::depth))
                .map(Target::step)
                .toList();
    }

    private LaunchStep file(SecretVolume volume, String place, LaunchContext context) {
        DockerRuntimeIsolator.Account account = DockerRuntimeIsolator.accountOf(context);
        Secret.Value value = new Secret.Value(secrets.value(volume.secret()));
        return new SecretFile(value, context.sandbox(), place, account.uid(), account.gid());
    }

    private static Set<MountFlag> flags(Volume volume) {
        Set<MountFlag> flags = EnumSet.of(MountFlag.NODEV);
        if (volume.readOnly()) {
            flags.add(MountFlag.RDONLY);
        }
        return flags;
    }

    /** Resolved now, so that the plan names what will be mounted. */
    private static Path source(HostVolume volume) {
        if (!volume.hostPath().isAbsolute()) {
            throw fault(volume, "the source must be an absolute path");
        }
        try {
            return volume.hostPath().toRealPath();
        } catch (NoSuchFileException e) {
            throw fault(volume, "the host has no such path");
        } catch (IOException e) {
            throw fault(volume, "the host path cannot be resolved (" + e + ")");
        }
    }

    /** It is given to the user here, because only a plan knows the accounts of the image. Nothing is there to explain. */
    private static Path directory(SandboxVolume volume, LaunchContext context) {
        if (volume.owner() == Owner.PARENT) {
            throw fault(volume, "the container is not nested in another one");
        }
        Path directory = context.sandbox().resolve(volume.path());
        Path parent = directory.getParent();
        if (Files.isDirectory(directory) && parent != null) {
            DockerRuntimeIsolator.Account account = DockerRuntimeIsolator.accountOf(context);
            try (OpenDirectory opened = OpenDirectory.open(parent)) {
                opened.chown(PathBytes.of(String.valueOf(directory.getFileName())), account.uid(), account.gid());
            } catch (ErrnoException e) {
                throw new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot give directory " + directory + " to user " + account.uid() + ": " + e.getMessage(),
                        e);
            }
        }
        return directory;
    }

    private List<String> segments(Volume volume) {
        String path = volume.containerPath();
        List<String> segments = Arrays.stream((path.startsWith("/") ? path : sandboxDirectory + "/" + path).split("/"))
                .filter(segment -> !segment.isEmpty() && !segment.equals("."))
                .toList();
        if (segments.isEmpty() || RESERVED.contains(segments.get(0)) || segments.equals(List.of("dev"))) {
            throw fault(volume, "this place is the container's own; choose one outside /proc, /sys and /dev");
        }
        return segments;
    }

    static IsolationException fault(Volume volume, String cause) {
        Map.Entry<String, String> kindAndSource;
        if (volume instanceof HostVolume ofHost) {
            kindAndSource = Map.entry("volume", ofHost.hostPath().toString());
        } else if (volume instanceof SandboxVolume ofSandbox) {
            kindAndSource = Map.entry("sandbox volume", ofSandbox.path());
        } else if (volume instanceof SecretVolume ofSecret) {
            kindAndSource = Map.entry(
                    "secret", ofSecret.secret() instanceof Secret.Reference reference ? reference.name() : "");
        } else {
            kindAndSource = Map.entry("image volume", ((ImageVolume) volume).reference());
        }
        return new IsolationException(
                Fault.USER_SPEC,
                "cannot mount " + kindAndSource.getKey() + " '" + kindAndSource.getValue() + "' at '"
                        + volume.containerPath() + "': " + cause);
    }
}
