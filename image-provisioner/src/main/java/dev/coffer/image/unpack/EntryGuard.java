package dev.coffer.image.unpack;

import dev.coffer.image.InvalidImageException;
import dev.coffer.linux.fs.PathBytes;

/** Decides which names of a layer are acceptable at all, before any is used. */
final class EntryGuard {
    private static final int MAX_PATH = 4096;
    private static final int MAX_NAME = 255;

    private EntryGuard() {}

    /**
     * The path below the layer's root, without {@code .} and doubled or trailing slashes; empty for the root itself.
     *
     * @throws InvalidImageException if it is absolute, contains {@code ..} or a NUL, or is too long
     */
    static PathBytes path(PathBytes raw) throws InvalidImageException {
        if (raw.length() > MAX_PATH) {
            throw refused(raw, "its name has " + raw.length() + " bytes; at most " + MAX_PATH + " are accepted");
        }
        if (raw.isEmpty()) {
            throw refused(raw, "its name is empty");
        }
        // umoci names the root itself "/"; nothing but the layer's own root can be meant by it
        if (raw.at(0) == '/' && raw.length() > 1) {
            throw refused(raw, "its name is absolute");
        }
        byte[] bytes = raw.toBytes();
        byte[] clean = new byte[bytes.length];
        int length = 0;
        for (int from = 0; from <= bytes.length; ) {
            int to = from;
            while (to < bytes.length && bytes[to] != '/') {
                if (bytes[to] == 0) {
                    throw refused(raw, "its name has a NUL byte");
                }
                to++;
            }
            int size = checkedComponent(raw, bytes, from, to);
            if (size > 0) {
                if (length > 0) {
                    clean[length++] = '/';
                }
                System.arraycopy(bytes, from, clean, length, size);
                length += size;
            }
            from = to + 1;
        }
        return PathBytes.of(clean, 0, length);
    }

    /** Bytes of the component that count, 0 for {@code .} and nothing. */
    private static int checkedComponent(PathBytes raw, byte[] bytes, int from, int to) throws InvalidImageException {
        int size = to - from;
        if (size > MAX_NAME) {
            throw refused(raw, "a part of its name has " + size + " bytes; at most " + MAX_NAME + " are accepted");
        }
        if (size == 2 && bytes[from] == '.' && bytes[from + 1] == '.') {
            throw refused(raw, "its name contains '..'");
        }
        return size == 1 && bytes[from] == '.' ? 0 : size;
    }

    static InvalidImageException refused(PathBytes entry, String cause) {
        return new InvalidImageException("entry '" + entry + "' is refused: " + cause);
    }

    static InvalidImageException refused(PathBytes entry, String cause, Throwable why) {
        return new InvalidImageException("entry '" + entry + "' is refused: " + cause, why);
    }
}
