package dev.coffer.image.unpack;

import dev.coffer.linux.fs.PathBytes;
import java.util.List;

/**
 * What unpacking a layer showed.
 *
 * @param bytes of the uncompressed tar
 * @param implied directories that the layer uses without describing them
 */
public record UnpackedLayer(long bytes, List<PathBytes> implied) {
    public UnpackedLayer {
        implied = List.copyOf(implied);
    }
}
