package dev.coffer.container;

/**
 * The files of an image. Writes, if they are allowed, go to the container's own layer and are gone with it.
 *
 * @param reference as of an image to run
 */
public record ImageVolume(String reference, String containerPath, boolean readOnly) implements Volume {
    public ImageVolume {
        if (reference.isEmpty()) {
            throw new IllegalArgumentException("an image volume must name an image");
        }
        Volume.requireTarget(containerPath);
    }
}
