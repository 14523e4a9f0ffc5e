package dev.coffer.image.store;

import dev.coffer.container.ImageConfig;
import java.util.List;

/**
 * One image in the store, with everything a launch needs of it.
 *
 * @param reference in normal form
 * @param manifest digest of what the reference named when it was pulled
 * @param config digest of the configuration, the image id
 * @param created when it was built, as the builder wrote it; may be empty
 * @param pulledMillis when it was stored, since the epoch
 * @param bytes of its layers, uncompressed
 * @param source tells whether a local file it came from has changed; empty for a registry
 * @param layers names in the store, oldest first, each once
 */
public record StoredImage(
        String reference,
        String manifest,
        String config,
        String created,
        long pulledMillis,
        long bytes,
        String source,
        List<String> layers,
        ImageConfig runtime) {
    public StoredImage {
        layers = List.copyOf(layers);
    }
}
