package dev.coffer.image.backend;

import dev.coffer.container.ImageFiles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Small files of stored images, kept because every launch asks for the same two. Layers never change, so an entry is
 * right as long as it is kept. Thread-safe.
 */
final class CachedFiles {
    private static final int MAX_ENTRIES = 64;
    private static final int MAX_BYTES = 64 << 10;

    private final Map<Key, Optional<byte[]>> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Optional<byte[]>> eldest) {
            return size() > MAX_ENTRIES;
        }
    };

    /** Equality spelled out: linking what a record brings takes a fiftieth of a second of a cold start. */
    private record Key(List<String> layers, String path) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && path.equals(key.path) && layers.equals(key.layers);
        }

        @Override
        public int hashCode() {
            return 31 * layers.hashCode() + path.hashCode();
        }
    }

    /** Reads through to {@code files}, which are those of {@code layers}. */
    ImageFiles over(List<String> layers, ImageFiles files) {
        List<String> stack = List.copyOf(layers);
        return (path, maxBytes) -> read(new Key(stack, path), files, maxBytes);
    }

    private Optional<byte[]> read(Key key, ImageFiles files, int maxBytes) {
        synchronized (known) {
            Optional<byte[]> content = known.get(key);
            if (content != null
                    && content.map(bytes -> bytes.length <= maxBytes).orElse(true)) {
                return content.map(byte[]::clone);
            }
        }
        Optional<byte[]> content = files.read(key.path(), maxBytes);
        if (content.map(bytes -> bytes.length <= MAX_BYTES).orElse(true)) {
            synchronized (known) {
                known.put(key, content.map(byte[]::clone));
            }
        }
        return content;
    }
}
