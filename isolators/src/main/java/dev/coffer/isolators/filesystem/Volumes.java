package dev.coffer.isolators.filesystem;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.HostVolume;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.MountFlag;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Volumes as bind steps. Device nodes on a volume do not work ({@code nodev}): whoever may write to the host directory
 * would otherwise choose the container's devices. {@code nosuid} and {@code noexec} are as the host has them.
 */
final class Volumes {
    private static final Set<String> RESERVED = Set.of("proc", "sys");

    private Volumes() {}

    /** Parents before children, so that a volume does not hide one that is mounted below it. */
    static List<LaunchStep> steps(List<HostVolume> volumes) {
        return volumes.stream()
                .sorted(Comparator.comparingInt(volume -> segments(volume).size()))
                .map(Volumes::step)
                .toList();
    }

    private static LaunchStep step(HostVolume volume) {
        List<String> segments = segments(volume);
        if (segments.isEmpty() || RESERVED.contains(segments.get(0)) || segments.equals(List.of("dev"))) {
            throw fault(volume, "this place is the container's own; choose one outside /proc, /sys and /dev");
        }
        Set<MountFlag> flags = EnumSet.of(MountFlag.NODEV);
        if (volume.readOnly()) {
            flags.add(MountFlag.RDONLY);
        }
        return new Bind(source(volume), "/" + String.join("/", segments), flags);
    }

    /** Resolved now, so that the plan names what will be mounted. */
    private static Path source(HostVolume volume) {
        try {
            return volume.hostPath().toRealPath();
        } catch (NoSuchFileException e) {
            throw fault(volume, "the host has no such path");
        } catch (IOException e) {
            throw fault(volume, "the host path cannot be resolved (" + e + ")");
        }
    }

    private static List<String> segments(HostVolume volume) {
        return Arrays.stream(volume.containerPath().split("/"))
                .filter(segment -> !segment.isEmpty() && !segment.equals("."))
                .toList();
    }

    private static IsolationException fault(HostVolume volume, String cause) {
        return new IsolationException(
                Fault.USER_SPEC,
                "cannot mount volume '" + volume.hostPath() + "' at '" + volume.containerPath() + "': " + cause);
    }
}
