package dev.coffer.container;

/**
 * A directory of a sandbox, made if it is missing and given to the container's user.
 *
 * @param path relative to the sandbox, without {@code ..}
 * @param containerPath absolute
 */
public record SandboxVolume(Owner owner, String path, String containerPath, boolean readOnly) implements Volume {
    /** Whose sandbox it is. */
    public enum Owner {
        /** The container's own. */
        SELF,
        /** That of the container it is nested in. */
        PARENT
    }

    public SandboxVolume {
        Volume.requireTarget(containerPath);
        if (!containerPath.startsWith("/")) {
            throw new IllegalArgumentException("volume target '" + containerPath
                    + "' must be absolute: a path of the sandbox need not be mounted in the sandbox again");
        }
        if (path.startsWith("/") || path.matches("(.*/)?\\.{1,2}(/.*)?|\\s*") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("volume source '" + path.replace('\0', '?')
                    + "' must be a path relative to the sandbox, without '.' and '..'");
        }
    }
}
