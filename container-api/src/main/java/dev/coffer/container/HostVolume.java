package dev.coffer.container;

import java.nio.file.Path;

/**
 * A host file or directory bound into the container, mounts below it included.
 *
 * @param hostPath absolute and existing; relative for a directory that {@code filesystem/shared} makes in the sandbox
 * @param readOnly applies to mounts below the source too
 * @param propagation of mounts that come later
 */
public record HostVolume(Path hostPath, String containerPath, boolean readOnly, Propagation propagation)
        implements Volume {
    public HostVolume {
        if (hostPath.toString().isEmpty()) {
            throw new IllegalArgumentException("a volume must have a source");
        }
        Volume.requireTarget(containerPath);
    }

    /** A volume below which no later mount of the host appears. */
    public HostVolume(Path hostPath, String containerPath, boolean readOnly) {
        this(hostPath, containerPath, readOnly, Propagation.PRIVATE);
    }
}
