package dev.coffer.image.source;

import dev.coffer.image.Digest;
import dev.coffer.image.ImageConfiguration;
import dev.coffer.image.Layer;
import java.util.List;

/**
 * What a reference means right now.
 *
 * @param manifest digest of the document the reference named, an index included; of the configuration if the source has
 *     no manifests
 * @param layers oldest first
 */
public record ResolvedImage(Digest manifest, Digest config, ImageConfiguration configuration, List<Layer> layers) {
    public ResolvedImage {
        layers = List.copyOf(layers);
    }
}
