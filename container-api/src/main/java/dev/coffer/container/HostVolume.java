package dev.coffer.container;

import java.nio.file.Path;

/**
 * A host file or directory bound into the container, mounts below it included.
 *
 * @param hostPath absolute and existing
 * @param containerPath absolute; created in the container's own layer if missing, never through a symlink out of the
 *     root
 * @param readOnly applies to mounts below the source too
 */
public record HostVolume(Path hostPath, String containerPath, boolean readOnly) {
    public HostVolume {
        if (!hostPath.isAbsolute()) {
            throw new IllegalArgumentException("volume source '" + hostPath + "' must be an absolute path");
        }
        if (!containerPath.startsWith("/") || containerPath.matches("/+") || containerPath.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "volume target '" + containerPath + "' must be an absolute path other than /");
        }
        for (String segment : containerPath.split("/", -1)) {
            if (segment.equals("..")) {
                throw new IllegalArgumentException("volume target '" + containerPath + "' must not contain '..'");
            }
        }
    }
}
