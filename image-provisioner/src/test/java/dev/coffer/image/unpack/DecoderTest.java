package dev.coffer.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.TarBytes;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DecoderTest {
    private static final byte[] CONTENT = content(3 << 20);

    /** Both ways of reading gzip, whether or not this host has the fast one. */
    enum Gzip {
        FASTEST,
        JDK;

        private Decoder open() {
            return this == JDK ? new JdkGzipDecoder() : GzipDecoder.open();
        }
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(1).nextBytes(content);
        Arrays.fill(content, size / 3, size / 2, (byte) 'x');
        return content;
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Through buffers of odd sizes, so that every boundary falls everywhere. */
    private static byte[] decode(Decoder decoder, byte[] stored, int inSize, int outSize) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocateDirect(inSize).flip();
        ByteBuffer out = ByteBuffer.allocateDirect(outSize);
        int at = 0;
        try (decoder) {
            while (true) {
                if (!in.hasRemaining() && at < stored.length) {
                    int count = Math.min(inSize, stored.length - at);
                    in.clear().put(stored, at, count).flip();
                    at += count;
                }
                boolean moved = decoder.decode(in, out);
                byte[] piece = new byte[out.flip().remaining()];
                out.get(piece).clear();
                plain.writeBytes(piece);
                if (!moved && at == stored.length) {
                    decoder.finish();
                    return plain.toByteArray();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void gzipMayConsistOfManyMembers(Gzip gzip) throws IOException {
        byte[] stored = joined(
                TarBytes.gzip(Arrays.copyOf(CONTENT, 1 << 20)),
                TarBytes.gzip(new byte[0]),
                TarBytes.gzip(Arrays.copyOfRange(CONTENT, 1 << 20, CONTENT.length)));
        assertThat(decode(gzip.open(), stored, 64 << 10, 128 << 10)).isEqualTo(CONTENT);
        byte[] small = joined(TarBytes.gzip(new byte[] {1}), TarBytes.gzip(new byte[] {2, 3}));
        for (int size = 1; size < 40; size++) {
            assertThat(decode(gzip.open(), small, size, 7)).containsExactly(1, 2, 3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gzipHeadersMayHaveEveryField(Gzip gzip) throws IOException {
        byte[] plain = TarBytes.gzip(new byte[] {5});
        plain[3] = 4 | 8 | 16;
        byte[] fields = {3, 0, 'e', 'x', 't', 'n', 0, 'c', 0};
        byte[] stored = joined(Arrays.copyOf(plain, 10), fields, Arrays.copyOfRange(plain, 10, plain.length));
        assertThat(decode(gzip.open(), stored, 5, 9)).containsExactly(5);
    }

    @ParameterizedTest
    @EnumSource
    void gzipThatIsCutOrDamagedIsRefused(Gzip gzip) {
        byte[] stored = TarBytes.gzip(Arrays.copyOf(CONTENT, 10_000));
        for (int length : new int[] {3, 9, 12, stored.length / 2, stored.length - 8, stored.length - 1}) {
            assertThatThrownBy(() -> decode(gzip.open(), Arrays.copyOf(stored, length), 1000, 1000))
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the gzip stream ends early");
        }
        byte[] wrongSum = stored.clone();
        wrongSum[stored.length - 5] ^= 1;
        assertThatThrownBy(() -> decode(gzip.open(), wrongSum, 1000, 1000))
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("the gzip stream is malformed (wrong checksum)");
        assertThatThrownBy(() -> decode(gzip.open(), joined(stored, new byte[20]), 1000, 1000))
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("the gzip stream is malformed (invalid header)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 100_000})
    void zstdMayConsistOfManyFramesWithOthersToSkip(int size) throws IOException {
        byte[] part = Arrays.copyOf(CONTENT, size == 1 ? 1000 : CONTENT.length);
        byte[] skippable = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c'};
        byte[] stored = joined(skippable, Zstd.compress(part), skippable, Zstd.compress(part), skippable);
        ByteBuffer start = ByteBuffer.allocateDirect(4).put(stored, 0, 4).flip();
        assertThat(decode(Decoder.of(start), stored, size, 1 + size * 2)).isEqualTo(joined(part, part));
        assertThatThrownBy(() -> decode(new ZstdDecoder(), Arrays.copyOf(stored, stored.length - 20), size, 3 * size))
                .isInstanceOf(EOFException.class);
        byte[] damaged = Zstd.compress(part);
        damaged[6] ^= 0x55;
        assertThatThrownBy(() -> decode(new ZstdDecoder(), damaged, size, 3 * size))
                .isInstanceOf(IOException.class);
    }
}
