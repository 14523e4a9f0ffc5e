package dev.coffer.image.unpack;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import dev.coffer.image.InvalidImageException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Any number of zstd frames, skippable ones among them: that is all there is to zstd:chunked and to seekable zstd for a
 * reader that wants everything.
 */
final class ZstdDecoder implements Decoder {
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private boolean betweenFrames = true;

    @Override
    public boolean decode(ByteBuffer in, ByteBuffer out) throws IOException {
        if (betweenFrames && !in.hasRemaining()) {
            return false; // asked once more, the context would expect a further frame
        }
        int before = in.remaining() + out.remaining();
        try {
            betweenFrames = context.decompressDirectByteBufferStream(out, in);
        } catch (ZstdException e) {
            throw new InvalidImageException("the zstd stream is malformed: " + e.getMessage(), e);
        }
        return before != in.remaining() + out.remaining();
    }

    @Override
    public void finish() throws EOFException {
        if (!betweenFrames) {
            throw new EOFException("the zstd stream ends early");
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
