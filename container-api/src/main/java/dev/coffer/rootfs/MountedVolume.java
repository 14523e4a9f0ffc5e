package dev.coffer.rootfs;

import java.nio.file.Path;

/** A volume in use by one container: named first, made available by {@link #publish}, given back by {@link #close}. */
public interface MountedVolume extends AutoCloseable {
    /**
     * Makes the volume available on this host and keeps it so until {@link #close}.
     *
     * @return a file or directory of the host, to be bound into the container
     * @throws dev.coffer.container.ContainerException naming the volume
     */
    Path publish();

    /** Gives the volume back. Idempotent; valid on a half-made state and on one made by an earlier process. */
    @Override
    void close();
}
