package dev.coffer.image.tar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The bytes of a tar, in pieces as they come, so that content need not be copied to be passed on. */
@FunctionalInterface
public interface TarInput {
    /**
     * The next bytes, valid until the next call.
     *
     * @param max at least 1
     * @return 1 to {@code max} bytes; none at the end
     */
    ByteBuffer next(int max) throws IOException;

    /** The bytes of a stream, which stays the caller's. */
    static TarInput of(InputStream in) {
        byte[] piece = new byte[64 * 1024];
        return max -> ByteBuffer.wrap(piece, 0, Math.max(0, in.read(piece, 0, Math.min(max, piece.length))));
    }
}
