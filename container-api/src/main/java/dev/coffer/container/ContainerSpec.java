package dev.coffer.container;

import java.util.Optional;

/**
 * Everything a caller asks of one container. A value: building it touches nothing on the host.
 *
 * @param image reference of the image to run, or empty to run on a read-only view of the host's file system
 */
public record ContainerSpec(
        ContainerId id,
        Optional<String> image,
        ProcessSpec process,
        Resources resources,
        IsolationSpec isolation,
        SecuritySpec security,
        Stdio stdio,
        SandboxPolicy sandbox) {

    /** What becomes of the sandbox (logs and the root file system's upper directory) when the container is destroyed. */
    public enum SandboxPolicy {
        /** Left for the garbage collector. */
        KEEP,
        /** Removed as the last stage of destroy. */
        REMOVE
    }
}
