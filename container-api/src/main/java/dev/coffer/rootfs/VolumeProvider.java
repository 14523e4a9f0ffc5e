package dev.coffer.rootfs;

import dev.coffer.container.ContainerId;
import java.util.Set;

/** Makes volumes of one kind, which the operator has named and described, available on this host. */
public interface VolumeProvider {
    /**
     * Names the use of a volume by one container. No side effects; it may or may not be available yet.
     *
     * @param volume the operator's name of it
     */
    MountedVolume volumeFor(ContainerId id, String volume);

    /** Every container that this provider holds a volume for, forgotten ones included. */
    Set<ContainerId> discover();
}
