package dev.coffer.rootfs;

import dev.coffer.container.ContainerId;
import java.nio.file.Path;
import java.util.Set;

/** Turns an image reference into something a launch plan can mount. */
public interface RootfsProvider {
    /**
     * Names the root file system of {@code id}. No side effects; it may or may not exist yet.
     *
     * @param sandbox the container's sandbox directory, which takes the writable layer
     */
    RootfsHandle rootfsFor(ContainerId id, Path sandbox);

    /** Every container that holds a lease on an image, forgotten ones included. */
    Set<ContainerId> discover();
}
