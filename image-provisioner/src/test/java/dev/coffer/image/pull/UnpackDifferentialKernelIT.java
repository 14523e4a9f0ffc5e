package dev.coffer.image.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.image.OciImage;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.TarBytes;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a container sees of an image is what umoci makes of it: names, types, modes, owners, times, attributes, links and
 * content of 45 images.
 */
@ExcludedOnKernel(value = Kernel.VM_V2, reason = "umoci is not in the VM, and unpacking is the same on either kernel")
class UnpackDifferentialKernelIT {
    private static final Path UMOCI = Path.of("/usr/bin/umoci");
    private static final int SETUID = 04755;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Map<String, OciImage> corpus = new LinkedHashMap<>();

    private void image(String name, TarBytes... layers) {
        OciImage image = new OciImage();
        for (TarBytes layer : layers) {
            image.layer(layer.toBytes());
        }
        corpus.put(name, image);
    }

    private static TarBytes tar() {
        return new TarBytes().entry('5', "./", "", 0755, new byte[0]);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static TarBytes tree() {
        return tar().directory("d/")
                .file("d/a", "a")
                .file("d/b", "b")
                .directory("d/sub/")
                .file("d/sub/c", "c");
    }

    private void kinds() {
        image("file", tar().file("a", "content"));
        image("empty-file", tar().file("a", ""));
        image("empty-layer", tar());
        image("directory", tree());
        image("symlink", tar().symlink("l", "target/of/it"));
        image("absolute-symlink", tar().symlink("l", "/etc/passwd"));
        image("fifo", tar().entry('6', "f", "", 0600, new byte[0]));
        image("devices", tar().entry('3', "c", "", 0620, new byte[0]).entry('4', "b", "", 0640, new byte[0]));
        image("modes", tar().entry('0', "r", "", 0400, new byte[0]).entry('0', "x", "", 0111, new byte[0]));
        image("setuid", tar().entry('0', "s", "", SETUID, utf8("s")).entry('0', "g", "", 02755, utf8("g")));
        image("sticky-directory", tar().entry('5', "t/", "", 01777, new byte[0]).file("t/x", "x"));
        image("group-directory", tar().entry('5', "t/", "", 02775, new byte[0]).file("t/x", "x"));
        image("closed-directory", tar().entry('5', "t/", "", 0, new byte[0]).file("t/x", "x"));
        image(
                "capability",
                tar().pax(
                                "SCHILY.xattr.security.capability",
                                new byte[] {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
                        .file("cap", "x"));
        image(
                "xattr",
                tar().pax("SCHILY.xattr.user.note", new byte[] {0, (byte) 0xff}).file("x", "x"));
        image(
                "xattr-of-directory",
                tar().pax("SCHILY.xattr.user.note", utf8("n")).directory("x/"));
        image("nanoseconds", tar().pax("mtime", utf8("1234567890.123456789")).file("x", "x"));
        image("before-the-epoch", tar().pax("mtime", utf8("-1.5")).file("x", "x"));
        image("large-owner", tar().pax("uid", utf8("4000000000")).file("x", "x"));
        image("long-name", tar().pax("path", utf8("n".repeat(255))).file("x", "x"));
        image("long-path", longPath());
        image("long-link", tar().pax("linkpath", utf8("t/".repeat(400))).symlink("l", "x"));
        image(
                "unicode",
                tar().pax("path", HexFormat.of().parseHex("6772c3b6c39f652de697a5e69cace8aa9e2de280ae"))
                        .file("x", "x"));
        image(
                "odd-characters",
                tar().file("a b\tc\\d'\"", "x").file("new\nline", "y").file("-rf", "z"));
        image(
                "hard-links",
                tar().file("a", "x").hardLink("b", "a").directory("d/").hardLink("d/c", "b"));
        image("hard-link-to-symlink", tar().symlink("l", "x").hardLink("m", "l"));
        image("large-file", tar().entry('0', "large", "", 0644, new byte[3_000_001]));
    }

    private static TarBytes longPath() {
        StringBuilder path = new StringBuilder();
        TarBytes tar = tar();
        for (int i = 0; i < 12; i++) {
            path.append("directory-with-a-long-name-").append(i).append('/');
            tar.pax("path", utf8(path.toString())).directory("x/");
        }
        return tar.pax("path", utf8(path + "file")).file("x", "x");
    }

    private void layers() {
        image("second-adds", tree(), tar().directory("d/").file("d/new", "n"));
        image("second-replaces", tree(), tar().directory("d/").file("d/a", "other"));
        image("whiteout", tree(), tar().directory("d/").file("d/.wh.a", ""));
        image("whiteout-of-directory", tree(), tar().directory("d/").file("d/.wh.sub", ""));
        image("opaque", tree(), tar().directory("d/").file("d/.wh..wh..opq", "").file("d/new", "n"));
        image("opaque-last", tree(), tar().directory("d/").file("d/new", "n").file("d/.wh..wh..opq", ""));
        image(
                "whiteout-then-again",
                tree(),
                tar().file(".wh.d", ""),
                tar().directory("d/").file("d/z", "z"));
        image("file-to-directory", tar().file("x", "x"), tar().directory("x/").file("x/y", "y"));
        image("directory-to-file", tree(), tar().file("d", "file"));
        image("symlink-to-file", tar().symlink("x", "y").file("y", "y"), tar().file("x", "x"));
        image("file-to-symlink", tar().file("x", "x"), tar().symlink("x", "y"));
        image("directory-to-symlink", tree(), tar().symlink("d", "y"));
        image(
                "symlink-to-directory",
                tar().symlink("x", "y").directory("y/"),
                tar().directory("x/").file("x/z", "z"));
        image("mode-changes", tree(), tar().entry('5', "d/", "", 0700, new byte[0]));
        image("duplicate-layers", tree(), tar().file("x", "x"), tree());
        image("device-replaced", tar().entry('3', "c", "", 0620, new byte[0]), tar().file("c", "c"));
        image("twice-in-one-layer", tar().file("x", "first").file("x", "second"));
        TarBytes[] many = new TarBytes[128];
        for (int i = 0; i < many.length; i++) {
            many[i] = tar().directory("d/").file("d/f" + i, "x" + i).file("d/same", "x" + i);
        }
        image("128-layers", many);
    }

    @Test
    void containersSeeWhatUmociUnpacks() throws Exception {
        kinds();
        layers();
        assertThat(corpus).hasSizeGreaterThanOrEqualTo(45);
        ImageStore store = ImageStore.open(directory.resolve("store"));
        ImagePuller puller = new ImagePuller(
                store, new ImageSources(ImageSettings.DEFAULT), UnpackLimits.DEFAULT, Clock.systemUTC());
        SoftAssertions all = new SoftAssertions();
        for (Map.Entry<String, OciImage> entry : corpus.entrySet()) {
            Path layout = entry.getValue().write(directory.resolve(entry.getKey()));
            StoredImage image = puller.pull("oci:" + layout, PullPolicy.MISSING, ProgressListener.SILENT);
            all.assertThat(merged(store, image)).as(entry.getKey()).isEqualTo(umoci(layout));
        }
        all.assertAll();
    }

    private Map<String, String> umoci(Path layout) throws IOException, InterruptedException {
        Path bundle = layout.resolveSibling(layout.getFileName() + ".bundle");
        run(UMOCI.toString(), "unpack", "--image", layout + ":latest", bundle.toString());
        try (OpenDirectory root = OpenDirectory.open(bundle.resolve("rootfs"))) {
            return TreeListing.of(root);
        }
    }

    /** As overlayfs shows it, mounted in the layers' own directory as a launch does. */
    private Map<String, String> merged(ImageStore store, StoredImage image) throws IOException, InterruptedException {
        List<String> newestFirst = new ArrayList<>();
        image.layers().forEach(layer -> newestFirst.add(0, layer));
        newestFirst.add(store.layout().emptyLayer());
        Path target = Files.createDirectories(directory.resolve("merged"));
        run(
                "sh",
                "-c",
                "cd \"$1\" && mount -t overlay -o \"ro,lowerdir=$2\" coffer-test \"$3\"",
                "sh",
                store.layout().layers().toString(),
                String.join(":", newestFirst),
                target.toString());
        try (OpenDirectory root = OpenDirectory.open(target)) {
            return TreeListing.of(root);
        } finally {
            run("umount", target.toString());
        }
    }

    private void run(String... command) throws IOException, InterruptedException {
        Path log = directory.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(String.join(" ", command) + ": " + Files.readString(log))
                .isZero();
    }
}
