package dev.coffer.rootfs;

/** The root file system of one container: named first, made by {@link #create}, undone by {@link #close}. */
public interface RootfsHandle extends AutoCloseable {
    /**
     * Makes the image present if it is not, leases its layers and prepares the writable layer. An interrupt of the
     * thread ends it early, with nothing left but what {@link #close} removes.
     *
     * @throws dev.coffer.container.ContainerException.ImageException naming the reference
     */
    Rootfs create(String reference);

    /**
     * Makes a {@link #create} of this very handle, in another thread or to come, end with an exception instead of waiting
     * for an image. The image's pull goes on only if others wait for it. Thread-safe, idempotent.
     */
    default void cancel() {
        // nothing that could take long
    }

    /** Removes the writable layer and gives the lease back. Idempotent; valid on a half-made state. */
    @Override
    void close();
}
