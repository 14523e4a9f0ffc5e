package dev.coffer.image.unpack;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Tells gzip, zstd and plain tar apart by their first bytes, for media types are often wrong. */
final class Decompression {
    private static final int BUFFER = 128 * 1024;

    private Decompression() {}

    static InputStream of(InputStream blob) throws IOException {
        BufferedInputStream in = new BufferedInputStream(blob, BUFFER);
        in.mark(4);
        byte[] magic = in.readNBytes(4);
        in.reset();
        if (magic.length == 4 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
            // a blob may consist of several gzip members; the JDK's stream may stop after the first
            return new BufferedInputStream(
                    GzipCompressorInputStream.builder()
                            .setInputStream(in)
                            .setBufferSize(BUFFER)
                            .setDecompressConcatenated(true)
                            .get(),
                    BUFFER);
        }
        boolean frame = magic.length == 4 && magic[0] == 0x28 && magic[1] == (byte) 0xb5 && magic[2] == 0x2f;
        boolean skippable = magic.length == 4
                && (magic[0] & 0xf0) == 0x50
                && magic[1] == 0x2a
                && magic[2] == 0x4d
                && magic[3] == 0x18;
        return frame || skippable ? new BufferedInputStream(new ZstdInputStream(in), BUFFER) : in;
    }
}
