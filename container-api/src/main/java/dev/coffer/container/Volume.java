package dev.coffer.container;

/** Something that a container sees at a place of its choosing, beside its root file system. */
public sealed interface Volume permits HostVolume, SandboxVolume, ImageVolume, SecretVolume {
    /**
     * Where it is seen: absolute, or relative to the sandbox as the container sees it. Made if it is missing, never
     * through a symlink that leads out of the root.
     */
    String containerPath();

    /** Whether the container may not write to it, nor to what is mounted below it. */
    boolean readOnly();

    /** What of later mounts below a volume passes between the host and the container. */
    enum Propagation {
        /** Nothing. */
        PRIVATE,
        /** Mounts of the host appear in the container, {@code HOST_TO_CONTAINER} to the Mesos agent. */
        SLAVE
    }

    /**
     * The path as it is.
     *
     * @throws IllegalArgumentException if it leads upwards, is empty or names the root itself
     */
    static String requireTarget(String containerPath) {
        if (containerPath.matches("/*") || containerPath.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "volume target '" + containerPath.replace('\0', '?') + "' must name a path other than /");
        }
        for (String segment : containerPath.split("/", -1)) {
            if (segment.equals("..")) {
                throw new IllegalArgumentException("volume target '" + containerPath + "' must not contain '..'");
            }
        }
        return containerPath;
    }
}
