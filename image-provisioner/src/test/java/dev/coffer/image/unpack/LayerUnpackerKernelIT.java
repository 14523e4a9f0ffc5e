package dev.coffer.image.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.coffer.image.Digest;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.TarBytes;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerUnpackerKernelIT {
    private static final long SEED = 42;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OpenDirectory root;

    @BeforeEach
    void open() throws IOException {
        root = OpenDirectory.open(Files.createDirectory(directory.resolve("layer")));
    }

    @AfterEach
    void close() {
        root.close();
    }

    private long unpack(byte[] blob, byte[] tar, UnpackLimits limits) throws IOException {
        Layer layer = new Layer("blob", Optional.of(Digest.of(blob)), blob.length, Digest.of(tar));
        return new LayerUnpacker(new UnpackBudget(limits), ProgressListener.SILENT)
                .unpack(new ByteArrayInputStream(blob), layer, root)
                .bytes();
    }

    private void unpack(TarBytes tar) throws IOException {
        byte[] bytes = tar.toBytes();
        unpack(TarBytes.gzip(bytes), bytes, UnpackLimits.DEFAULT);
    }

    private FileStatus status(String path) throws IOException {
        PathBytes bytes = PathBytes.of(path);
        try (OpenDirectory parent = root.openBeneath(bytes.parent())) {
            return parent.status(bytes.name()).orElseThrow(() -> new AssertionError(path + " is missing"));
        }
    }

    private Path path(String name) {
        return directory.resolve("layer").resolve(name);
    }

    @Test
    void writesEveryKindOfEntryWithAllItsAttributes() throws IOException {
        byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        unpack(new TarBytes()
                .entry('5', "./", "", 0711, new byte[0])
                .entry('5', "d/", "", 02770, new byte[0])
                .pax("SCHILY.xattr.security.capability", capability)
                .pax("SCHILY.xattr.user.note", new byte[] {0, (byte) 0xff})
                .pax("SCHILY.xattr.trusted.overlay.redirect", new byte[] {'/', 'x'})
                .entry('0', "d/suid", "", 06755, "hi".getBytes(StandardCharsets.UTF_8))
                .hardLink("hard", "d/suid")
                .symlink("d/link", "/../absolute")
                .entry('3', "d/char", "", 0620, new byte[0])
                .entry('4', "d/block", "", 0640, new byte[0])
                .entry('6', "d/fifo", "", 0600, new byte[0])
                .hardLink("d/link2", "d/link"));
        FileStatus file = status("d/suid");
        assertThat(file.permissions()).isEqualTo(06755);
        assertThat(file.uid()).isEqualTo(1000);
        assertThat(file.gid()).isEqualTo(1001);
        assertThat(file.modifiedSeconds()).isEqualTo(1234567890);
        assertThat(file.links()).isEqualTo(2);
        assertThat(status("hard").isSameFile(file)).isTrue();
        try (OpenDirectory d = root.openChild(PathBytes.of("d"))) {
            assertThat(d.xattr(PathBytes.of("suid"), PathBytes.of("security.capability")))
                    .hasValue(capability);
            assertThat(d.xattr(PathBytes.of("suid"), PathBytes.of("trusted.overlay.redirect")))
                    .isEmpty();
            assertThat(d.readLink(PathBytes.of("link"))).isEqualTo(PathBytes.of("/../absolute"));
        }
        assertThat(status("d/link").modifiedSeconds()).isEqualTo(1234567890);
        assertThat(status("d/link2").isSameFile(status("d/link"))).isTrue();
        FileStatus device = status("d/char");
        assertThat(device.type()).isEqualTo(FileStatus.CHARACTER_DEVICE);
        assertThat(device.rdevMajor()).isEqualTo(5);
        assertThat(device.rdevMinor()).isEqualTo(6);
        assertThat(device.permissions()).isEqualTo(0620);
        assertThat(status("d/block").type()).isEqualTo(FileStatus.BLOCK_DEVICE);
        assertThat(status("d/fifo").type()).isEqualTo(FileStatus.FIFO);
        FileStatus d = status("d");
        assertThat(d.permissions()).isEqualTo(02770);
        assertThat(d.modifiedSeconds()).isEqualTo(1234567890);
        assertThat(root.status().permissions()).isEqualTo(0711);
        assertThat(root.status().modifiedSeconds()).isEqualTo(1234567890);
    }

    @Test
    void turnsWhiteoutsIntoOverlayForm() throws IOException {
        unpack(new TarBytes()
                .file("gone/.wh.file", "")
                .directory("opaque/")
                .file("opaque/.wh..wh..opq", "")
                .file("opaque/new", "n")
                .file(".wh.replaced", "")
                .file("replaced/child", "c")
                .directory("kept/")
                .file(".wh.kept", "")
                .file("plain", "p")
                .file(".wh.plain", "")
                .file(".wh..wh.plnk", ""));
        assertThat(status("gone/file").isOverlayWhiteout()).isTrue();
        for (String opaque : new String[] {"opaque", "replaced", "kept"}) {
            assertThat(root.xattr(PathBytes.of(opaque), Whiteouts.OPAQUE_XATTR))
                    .as(opaque)
                    .hasValue(new byte[] {'y'});
        }
        assertThat(path("replaced/child")).hasContent("c");
        assertThat(path("plain")).hasContent("p");
        assertThat(path("").toFile().list()).containsExactlyInAnyOrder("gone", "opaque", "replaced", "kept", "plain");
        assertThat(path("opaque").toFile().list()).containsExactly("new");
    }

    @Test
    void aLaterEntryReplacesAnEarlierOneWhateverEitherIs() throws IOException {
        Path outside = Files.writeString(directory.resolve("outside"), "untouched");
        unpack(new TarBytes()
                .symlink("a", outside.toString())
                .file("a", "file")
                .directory("b/")
                .file("b/c", "c")
                .file("b", "file")
                .file("d", "file")
                .directory("d/")
                .symlink("e", "/")
                .directory("e/")
                .file("e/inside", "x"));
        assertThat(outside).hasContent("untouched");
        assertThat(path("a")).hasContent("file").isRegularFile();
        assertThat(path("b")).hasContent("file");
        assertThat(path("d")).isDirectory();
        assertThat(path("e/inside")).hasContent("x");
        assertThat(Files.isSymbolicLink(path("e"))).isFalse();
    }

    @Test
    void symlinksInsideTheLayerMayBeOnTheWay() throws IOException {
        unpack(new TarBytes()
                .directory("usr/")
                .directory("usr/lib/")
                .symlink("lib", "usr/lib")
                .file("lib/x", "x"));
        assertThat(path("usr/lib/x")).hasContent("x");
    }

    @Test
    void keepsHolesOfSparseFiles() throws IOException {
        byte[] data = "ab".getBytes(StandardCharsets.US_ASCII);
        unpack(new TarBytes()
                .pax("GNU.sparse.map", "0,1,104857600,1".getBytes(StandardCharsets.US_ASCII))
                .pax("GNU.sparse.size", "209715200".getBytes(StandardCharsets.US_ASCII))
                .entry('0', "sparse", "", 0644, data));
        FileStatus status = status("sparse");
        assertThat(status.size()).isEqualTo(200L << 20);
        assertThat(status.blocks() * 512).isLessThan(1 << 20);
        byte[] content = Files.readAllBytes(path("sparse"));
        assertThat(content[0]).isEqualTo((byte) 'a');
        assertThat(content[100 << 20]).isEqualTo((byte) 'b');
    }

    private void refuses(String cause, TarBytes tar) throws IOException {
        Path outside = Files.createDirectories(directory.resolve("victim"));
        Files.writeString(outside.resolve("file"), "untouched");
        assertThatThrownBy(() -> unpack(tar))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining(cause)
                .hasMessageContaining("layer sha256:")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
        assertThat(outside.resolve("file")).hasContent("untouched");
        assertThat(outside.toFile().list()).containsExactly("file");
        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("layer", "victim");
    }

    @Test
    void refusesNamesThatEscape() throws IOException {
        refuses("entry '../victim/new' is refused: its name contains '..'", new TarBytes().file("../victim/new", ""));
        refuses("contains '..'", new TarBytes().directory("a/").file("a/../../victim/new", ""));
        refuses("contains '..'", new TarBytes().directory(".."));
        refuses("is absolute", new TarBytes().file(directory + "/victim/new", ""));
        refuses("NUL", new TarBytes().pax("path", new byte[] {'a', 0, 'b'}).file("a", ""));
        refuses("its name is empty", new TarBytes().file("", ""));
        refuses(
                "256 bytes",
                new TarBytes()
                        .pax("path", "x".repeat(256).getBytes(StandardCharsets.UTF_8))
                        .file("a", ""));
        refuses(
                "5000 bytes",
                new TarBytes()
                        .pax("path", "x/".repeat(2500).getBytes(StandardCharsets.UTF_8))
                        .file("a", ""));
    }

    @Test
    void refusesEntriesThroughSymlinksThatLeaveTheLayer() throws IOException {
        String victim = directory + "/victim";
        for (String target : new String[] {"../victim", victim, "..", "/"}) {
            refuses(
                    "leads outside the layer",
                    new TarBytes().symlink("l", target).file("l/new", ""));
            refuses(
                    "leads outside the layer",
                    new TarBytes().symlink("l", target).hardLink("h", "l/file"));
            refuses(
                    "leads outside the layer",
                    new TarBytes().symlink("l", target).file("l/.wh.file", ""));
            refuses(
                    "leads outside the layer",
                    new TarBytes().symlink("l", target).symlink("l/new", "x"));
            refuses(
                    "leads outside the layer",
                    new TarBytes().symlink("l", target).directory("l/new/"));
        }
        refuses(
                "leads outside the layer",
                new TarBytes().symlink("a", "b").symlink("b", "a").file("a/x", ""));
        refuses("parent directory", new TarBytes().symlink("l", "nowhere").file("l/new", ""));
        refuses("parent directory", new TarBytes().file("f", "").file("f/new", ""));
    }

    @Test
    void refusesHardLinksToWhatTheLayerDoesNotHave() throws IOException {
        refuses("contains '..'", new TarBytes().hardLink("h", "../victim/file"));
        refuses("is absolute", new TarBytes().hardLink("h", directory + "/victim/file"));
        refuses("which this layer does not have", new TarBytes().hardLink("h", "missing"));
        refuses("which is a directory", new TarBytes().directory("d/").hardLink("h", "d"));
        refuses("to itself", new TarBytes().file("f", "").hardLink("f", "./f"));
    }

    @Test
    void refusesWhiteoutsOfNothingAndDisguisedOnes() throws IOException {
        refuses("names no file", new TarBytes().file(".wh.", ""));
        refuses("names no file", new TarBytes().file(".wh..", ""));
        refuses("names no file", new TarBytes().directory("a/").file("a/.wh...", ""));
        refuses("whiteout must be a file", new TarBytes().symlink(".wh.x", "y"));
        byte[] node = TarBytes.header('3', "x", "", 0, 0);
        java.util.Arrays.fill(node, 329, 345, (byte) 0);
        refuses("character device 0:0", new TarBytes().raw(TarBytes.checked(node)));
        refuses("unknown type", new TarBytes().entry('V', "x", "", 0, new byte[0]));
    }

    @Test
    void refusesBombs() throws IOException {
        byte[] zeros =
                new TarBytes().entry('0', "zeros", "", 0644, new byte[8 << 20]).toBytes();
        byte[] small = TarBytes.gzip(zeros);
        assertThatThrownBy(() -> unpack(small, zeros, new UnpackLimits(1 << 20, 10, 2000)))
                .hasMessageContaining("unpacks to more than 1048576 bytes");
        byte[] many = new TarBytes().file("a", "").file("b", "").file("c", "").toBytes();
        assertThatThrownBy(() -> unpack(TarBytes.gzip(many), many, new UnpackLimits(1 << 20, 2, 2000)))
                .hasMessageContaining("more than 2 files");
        byte[] huge = new byte[100 << 20];
        byte[] header = TarBytes.header('0', "zeros", "", 0644, huge.length - 1536);
        System.arraycopy(header, 0, huge, 0, 512);
        byte[] bomb = Zstd.compress(huge);
        assertThatThrownBy(() -> unpack(bomb, huge, UnpackLimits.DEFAULT)).hasMessageContaining("1100 times its size");
    }

    @Test
    void readsAllMembersOfAGzipAndPlainAndZstd() throws IOException {
        byte[] content = new byte[3_000_000];
        new Random(SEED).nextBytes(content);
        byte[] tar = new TarBytes().entry('0', "f", "", 0644, content).toBytes();
        ByteArrayOutputStream members = new ByteArrayOutputStream();
        for (int from = 0; from < tar.length; from += 1_000_000) {
            members.writeBytes(
                    TarBytes.gzip(java.util.Arrays.copyOfRange(tar, from, Math.min(from + 1_000_000, tar.length))));
        }
        for (byte[] blob : new byte[][] {members.toByteArray(), tar, Zstd.compress(tar)}) {
            assertThat(unpack(blob, tar, UnpackLimits.DEFAULT)).isEqualTo(tar.length);
            assertThat(Files.readAllBytes(path("f"))).isEqualTo(content);
        }
    }

    @Test
    void refusesWrongDigests() {
        byte[] tar = new TarBytes().file("a", "x").toBytes();
        byte[] blob = TarBytes.gzip(tar);
        assertThatThrownBy(() -> unpack(blob, new byte[1], UnpackLimits.DEFAULT))
                .hasMessageContaining("uncompressed content has digest " + Digest.of(tar));
        byte[] corrupt = blob.clone();
        corrupt[blob.length / 2] ^= 0x40;
        Layer layer = new Layer("blob", Optional.of(Digest.of(blob)), blob.length, Digest.of(tar));
        LayerUnpacker unpacker = new LayerUnpacker(new UnpackBudget(UnpackLimits.DEFAULT), ProgressListener.SILENT);
        assertThatThrownBy(() -> unpacker.unpack(new ByteArrayInputStream(corrupt), layer, root))
                .hasMessageContaining("blob " + Digest.of(blob) + " has another digest: " + Digest.of(corrupt));
        byte[] cut = java.util.Arrays.copyOf(blob, blob.length - 10);
        assertThatThrownBy(() -> unpacker.unpack(new ByteArrayInputStream(cut), layer, root))
                .hasMessageContaining("should have " + blob.length + " bytes, has " + cut.length);
        byte[] longer = java.util.Arrays.copyOf(blob, blob.length + 1);
        assertThatThrownBy(() -> unpacker.unpack(new ByteArrayInputStream(longer), layer, root))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("should have " + blob.length + " bytes");
    }
}
