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

    /**
     * Names the files of a further image, for a volume of {@code id}. No side effects.
     *
     * @param directory takes the writable layer; need not exist
     * @param number tells the volumes of one container apart
     */
    default RootfsHandle volumeFor(ContainerId id, Path directory, int number) {
        return rootfsFor(id, directory);
    }

    /** Every container that holds a lease on an image, forgotten ones included. */
    Set<ContainerId> discover();
}
