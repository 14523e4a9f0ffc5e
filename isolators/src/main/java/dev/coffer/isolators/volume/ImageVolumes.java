package dev.coffer.isolators.volume;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageVolume;
import dev.coffer.isolation.LaunchStep.OverlayRoot;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.Trees;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The images that one container has as volumes. Their writable layers are in its sandbox, {@code volumes/<n>}, the
 * leases beside that of its own image, so that both go with the container.
 */
final class ImageVolumes {
    static final String DIRECTORY = "volumes";
    private static final String STAGING = "staging";
    /** As many as anybody has asked for; a lease is looked for under each number. */
    private static final int MOST = 64;

    private final ContainerId id;
    private final Path directory;
    private final RootfsProvider images;

    ImageVolumes(ContainerId id, Path sandbox, RootfsProvider images) {
        this.id = id;
        this.directory = sandbox.resolve(DIRECTORY);
        this.images = images;
    }

    Path staging(int number) {
        return place(number).resolve(STAGING);
    }

    /** What has to be mounted for it; with the provider that launches, the image is here then and kept. */
    OverlayRoot provide(int number, ImageVolume volume) {
        return images.volumeFor(id, place(number), number).create(volume.reference()).mounts().stream()
                .filter(OverlayRoot.class::isInstance)
                .map(OverlayRoot.class::cast)
                .findFirst()
                .orElseThrow(() -> new IsolationException(
                        Fault.INTERNAL,
                        "cannot mount image volume '" + volume.reference() + "': it is not made of layers"));
    }

    void prepare(int number, ImageVolume volume) {
        if (number >= MOST) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot mount image volume '" + volume.reference() + "': a container can have " + MOST);
        }
        try {
            Files.createDirectories(staging(number));
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot make directory " + staging(number) + ": " + e.getMessage(), e);
        }
    }

    /** Removes layers and leases; also of a launch that was interrupted anywhere. */
    void close() {
        if (!Files.exists(directory)) {
            return;
        }
        for (int number = 0; Files.exists(place(number)); number++) {
            try (RootfsHandle handle = images.volumeFor(id, place(number), number)) {
                // only given back
            }
        }
        try {
            Trees.remove(directory);
        } catch (ErrnoException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot remove image volumes " + directory + ": " + e.getMessage(), e);
        }
    }

    private Path place(int number) {
        return directory.resolve(Integer.toString(number));
    }
}
