package dev.coffer.image.unpack;

import dev.coffer.image.InvalidImageException;
import dev.coffer.linux.fs.PathBytes;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Directories that had to be made because no entry had described them yet. Bounded. */
final class ImpliedPaths {
    private static final int MAX_BYTES = 8 << 20;

    private final Set<PathBytes> paths = new LinkedHashSet<>();
    private long bytes;

    void add(PathBytes path) throws InvalidImageException {
        if (paths.add(path)) {
            bytes += path.length() + 64;
            if (bytes > MAX_BYTES) {
                throw new InvalidImageException("the layer uses too many directories that it does not describe");
            }
        }
    }

    /** An entry has described it after all. */
    void describe(PathBytes path) {
        if (paths.remove(path)) {
            bytes -= path.length() + 64;
        }
    }

    List<PathBytes> toList() {
        return List.copyOf(paths);
    }
}
