package dev.coffer.image.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Turns stored bytes into plain ones. Buffers are direct. Confined to one thread. */
interface Decoder extends AutoCloseable {
    /**
     * Takes bytes from {@code in} and gives bytes to {@code out}, until one of them has no more room or, at times, before
     * that; called again, it goes on.
     *
     * @return whether anything happened
     */
    boolean decode(ByteBuffer in, ByteBuffer out) throws IOException;

    /** Called at the end of the stored bytes. */
    void finish() throws EOFException;

    @Override
    void close();

    /** Tells gzip, zstd and plain tar apart by their first bytes, for media types are often wrong. */
    static Decoder of(ByteBuffer start) {
        int at = start.position();
        int word = start.remaining() < 4
                ? 0
                : (start.get(at) & 0xff) << 24
                        | (start.get(at + 1) & 0xff) << 16
                        | (start.get(at + 2) & 0xff) << 8
                        | (start.get(at + 3) & 0xff);
        if (word >>> 16 == 0x1f8b) {
            return GzipDecoder.open();
        }
        boolean frame = word == 0x28b52ffd;
        boolean skippable = (word & 0xf0ffffff) == 0x502a4d18;
        return frame || skippable ? new ZstdDecoder() : new PlainDecoder();
    }

    /** For what is not compressed. */
    final class PlainDecoder implements Decoder {
        private PlainDecoder() {}

        @Override
        public boolean decode(ByteBuffer in, ByteBuffer out) {
            int count = Math.min(in.remaining(), out.remaining());
            out.put(in.slice(in.position(), count));
            in.position(in.position() + count);
            return count > 0;
        }

        @Override
        public void finish() {
            // any end is a good one
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
