package dev.coffer.image.unpack;

import dev.coffer.linux.fs.PathBytes;
import java.util.List;
import java.util.OptionalLong;

/**
 * What unpacking a layer showed.
 *
 * @param bytes of the uncompressed tar
 * @param implied directories that the layer uses without describing them
 * @param sum of its files, see {@link FileSums}; empty if it cannot be told without reading them again
 */
public record UnpackedLayer(long bytes, List<PathBytes> implied, OptionalLong sum) {
    public UnpackedLayer {
        implied = List.copyOf(implied);
    }
}
