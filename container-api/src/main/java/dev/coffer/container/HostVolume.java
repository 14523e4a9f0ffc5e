package dev.coffer.container;

import java.nio.file.Path;

/**
 * A host file or directory bound into the container, mounts below it included.
 *
 * @param hostPath absolute and existing; relative for a directory that {@code filesystem/shared} makes in the sandbox
 * @param readOnly applies to mounts below the source too
 * @param propagation of mounts that come later
 * @param mapped whether the container's users have the host's files there if it has users of its own: its root those of
 *     the host's root. Otherwise it is a stranger there
 */
public record HostVolume(Path hostPath, String containerPath, boolean readOnly, Propagation propagation, boolean mapped)
        implements Volume {
    public HostVolume {
        if (hostPath.toString().isEmpty()) {
            throw new IllegalArgumentException("a volume must have a source");
        }
        Volume.requireTarget(containerPath);
    }

    /** A volume in which files belong to whom they belong on the host. */
    public HostVolume(Path hostPath, String containerPath, boolean readOnly, Propagation propagation) {
        this(hostPath, containerPath, readOnly, propagation, false);
    }

    /** A volume below which no later mount of the host appears. */
    public HostVolume(Path hostPath, String containerPath, boolean readOnly) {
        this(hostPath, containerPath, readOnly, Propagation.PRIVATE);
    }
}
