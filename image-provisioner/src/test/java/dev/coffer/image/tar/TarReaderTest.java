package dev.coffer.image.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.image.TarBytes;
import dev.coffer.linux.fs.PathBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private static final long SEED = 20260101;

    private static TarReader reader(TarBytes tar) {
        return new TarReader(new ByteArrayInputStream(tar.toBytes()));
    }

    private static TarEntry only(TarBytes tar) throws IOException {
        return reader(tar).next().orElseThrow();
    }

    @Test
    void keepsBinaryXattrsAndNamesAsTheyAre() throws IOException {
        byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0, (byte) 0xff, 0, '\n', '=', 0};
        byte[] name = {'a', (byte) 0xe4, (byte) 0xff, 'z'};
        TarBytes tar = new TarBytes()
                .pax("SCHILY.xattr.security.capability", capability)
                .pax("path", name)
                .pax("uid", "3000000000".getBytes(StandardCharsets.US_ASCII))
                .pax("mtime", "-1.25".getBytes(StandardCharsets.US_ASCII))
                .file("ignored", "x");
        TarEntry entry = only(tar);
        assertThat(entry.name().toBytes()).isEqualTo(name);
        assertThat(entry.xattrs().get(PathBytes.of("security.capability"))).isEqualTo(capability);
        assertThat(Integer.toUnsignedLong(entry.owner().uid())).isEqualTo(3_000_000_000L);
        assertThat(entry.modified()).isEqualTo(new TarEntry.Time(-2, 750_000_000));
    }

    @Test
    void paxRecordsEndWithTheirEntry() throws IOException {
        TarReader reader = reader(
                new TarBytes().pax("path", new byte[] {'n'}).file("a", "x").file("b", "y"));
        assertThat(reader.next().orElseThrow().name()).isEqualTo(PathBytes.of("n"));
        assertThat(reader.next().orElseThrow().name()).isEqualTo(PathBytes.of("b"));
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void agreesWithCommonsCompressOnLongNamesAndBigNumbers() throws IOException {
        for (int mode : new int[] {TarArchiveOutputStream.LONGFILE_GNU, TarArchiveOutputStream.LONGFILE_POSIX}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
                out.setLongFileMode(mode);
                out.setBigNumberMode(
                        mode == TarArchiveOutputStream.LONGFILE_GNU
                                ? TarArchiveOutputStream.BIGNUMBER_STAR
                                : TarArchiveOutputStream.BIGNUMBER_POSIX);
                TarArchiveEntry entry = new TarArchiveEntry("d/" + "x".repeat(300));
                entry.setSize(3);
                entry.setIds(4_000_000, 5_000_000);
                out.putArchiveEntry(entry);
                out.write(new byte[] {1, 2, 3});
                out.closeArchiveEntry();
            }
            TarReader reader = new TarReader(new ByteArrayInputStream(bytes.toByteArray()));
            TarEntry entry = reader.next().orElseThrow();
            assertThat(entry.name()).isEqualTo(PathBytes.of("d/" + "x".repeat(300)));
            assertThat(entry.owner()).isEqualTo(new TarEntry.Owner(4_000_000, 5_000_000));
            byte[] data = new byte[10];
            assertThat(reader.read(data, 0, 10)).isEqualTo(3);
            assertThat(reader.read(data, 0, 10)).isEqualTo(-1);
            assertThat(reader.next()).isEmpty();
        }
    }

    @Test
    void readsTheSparseMapOfFormatOne() throws IOException {
        byte[] data = new byte[512 + 512];
        byte[] map = "2\n0\n3\n1000000\n509\n".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(map, 0, data, 0, map.length);
        data[512] = 42;
        TarBytes tar = new TarBytes()
                .pax("GNU.sparse.major", "1".getBytes(StandardCharsets.US_ASCII))
                .pax("GNU.sparse.name", "real".getBytes(StandardCharsets.US_ASCII))
                .pax("GNU.sparse.realsize", "2000000".getBytes(StandardCharsets.US_ASCII))
                .entry('0', "GNUSparseFile.0/real", "", 0644, data)
                .file("next", "n");
        TarReader reader = reader(tar);
        TarEntry entry = reader.next().orElseThrow();
        assertThat(entry.name()).isEqualTo(PathBytes.of("real"));
        assertThat(entry.realSize()).isEqualTo(2_000_000);
        assertThat(entry.extents()).containsExactly(new TarEntry.Extent(0, 3), new TarEntry.Extent(1_000_000, 509));
        byte[] first = new byte[1];
        assertThat(reader.read(first, 0, 1)).isEqualTo(1);
        assertThat(first[0]).isEqualTo((byte) 42);
        assertThat(reader.next().orElseThrow().name()).isEqualTo(PathBytes.of("next"));
    }

    @Test
    void refusesGiantExtensionHeadersWithoutReadingThem() {
        for (char type : new char[] {'x', 'g', 'L', 'K'}) {
            TarBytes tar = new TarBytes().raw(TarBytes.header(type, "big", "", 0644, 0x1_ffff_ffffL));
            assertThatThrownBy(() -> only(tar))
                    .isInstanceOf(MalformedTarException.class)
                    .hasMessageContaining("extension header of 8589934591 bytes");
        }
        TarBytes many = new TarBytes();
        for (int i = 0; i < 5; i++) {
            many.pax("comment", new byte[300_000]);
        }
        assertThatThrownBy(() -> only(many.file("a", ""))).hasMessageContaining("at most 1048576");
    }

    @Test
    void refusesMalformedEntries() {
        assertThatThrownBy(() -> only(new TarBytes().entry('Z', "a", "", 0, new byte[0])))
                .hasMessageContaining("unknown type 90");
        assertThatThrownBy(() ->
                        only(new TarBytes().raw("no tar at all".repeat(100).getBytes(StandardCharsets.US_ASCII))))
                .hasMessageContaining("no tar header at offset 0");
        for (String pax : new String[] {"5 a\n", "99 a=b\n", "0 a=b\n", "7 a=bc", "x", "9999999999999 a=b\n"}) {
            TarBytes tar = new TarBytes()
                    .entry('x', "p", "", 0, pax.getBytes(StandardCharsets.US_ASCII))
                    .file("a", "");
            assertThatThrownBy(() -> only(tar)).as(pax).isInstanceOf(MalformedTarException.class);
        }
        byte[] cut = java.util.Arrays.copyOf(
                new TarBytes().file("a", "x".repeat(600)).toBytes(), 700);
        TarReader reader = new TarReader(new ByteArrayInputStream(cut));
        assertThatThrownBy(() -> {
                    reader.next();
                    reader.next();
                })
                .isInstanceOf(EOFException.class);
    }

    @Test
    void damagedTarsEndInAnIoExceptionAndNothingElse() {
        byte[] good = new TarBytes()
                .pax("SCHILY.xattr.user.x", new byte[] {1, 2})
                .file("a", "hello")
                .directory("d/")
                .symlink("s", "a")
                .toBytes();
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < 5000; round++) {
            byte[] damaged = good.clone();
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            for (int block = 0; random.nextBoolean() && block + 512 <= damaged.length; block += 512) {
                byte[] header = java.util.Arrays.copyOfRange(damaged, block, block + 512);
                System.arraycopy(TarBytes.checked(header), 0, damaged, block, 512);
            }
            TarReader reader = new TarReader(new ByteArrayInputStream(damaged));
            try {
                while (reader.next().isPresent()) {
                    assertThat(reader).isNotNull();
                }
            } catch (IOException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }
}
