package dev.coffer.image.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ImageFiles;
import dev.coffer.image.OciImage;
import dev.coffer.image.TarBytes;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.pull.ImagePuller;
import dev.coffer.image.pull.ImageSources;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.unpack.UnpackLimits;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayRootfsKernelIT {
    private static final ContainerId ID = new ContainerId("web-1");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ImageStore store;

    @SuppressWarnings("NullAway.Init")
    private Path sandbox;

    @BeforeEach
    void open() throws IOException {
        store = ImageStore.open(directory.resolve("store"));
        sandbox = Files.createDirectory(directory.resolve("sandbox"));
    }

    private OverlayRootfs provider() {
        ImagePuller puller = new ImagePuller(
                store, new ImageSources(ImageSettings.DEFAULT), UnpackLimits.DEFAULT, Clock.systemUTC());
        return new OverlayRootfs(puller, store, directory.resolve("run"), OverlayRootfs.UpperSync.VOLATILE);
    }

    private RootfsHandle handle() {
        return provider().rootfsFor(ID, sandbox);
    }

    private String image(TarBytes... layers) throws IOException {
        OciImage image = new OciImage();
        for (TarBytes layer : layers) {
            image.layer(layer.toBytes());
        }
        return "oci:" + image.write(directory.resolve("image"));
    }

    private static Optional<String> text(ImageFiles files, String path) {
        return files.read(path, 100).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void describesTheOverlayAndLeasesItsLayers() throws IOException {
        Rootfs rootfs;
        try (RootfsHandle handle = handle()) {
            rootfs = handle.create(image(new TarBytes().file("a", "1"), new TarBytes().file("b", "2")));
            LaunchStep.OverlayRoot step =
                    (LaunchStep.OverlayRoot) rootfs.mounts().get(0);
            assertThat(rootfs.mounts()).hasSize(1);
            assertThat(step.layers()).isEqualTo(store.layout().layers());
            assertThat(step.layers().resolve(step.lowers().get(0)).resolve("b")).hasContent("2");
            assertThat(step.layers().resolve(step.lowers().get(1)).resolve("a")).hasContent("1");
            assertThat(step.discardable()).isTrue();
            assertThat(step.upper()).isEmptyDirectory();
            assertThat(step.work()).isEmptyDirectory();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(step.upper())))
                    .isEqualTo("rwxr-xr-x");
            assertThat(Files.readAllLines(directory.resolve("run/containers/web-1/image")))
                    .isEqualTo(step.lowers());
            assertThat(rootfs.config().command()).containsExactly("true");
            assertThat(provider().discover()).containsExactly(ID);
            assertThatThrownBy(() -> handle().create("oci:" + directory + "/image"))
                    .isInstanceOf(ImageException.class)
                    .hasMessageContaining("cannot make writable layer");
        }
        assertThat(sandbox).isEmptyDirectory();
        assertThat(provider().discover()).isEmpty();
        assertThat(directory.resolve("run/containers")).isEmptyDirectory();
    }

    @Test
    void closingIsIdempotentAndValidForAnotherProcessAndForHalfMadeState() throws IOException {
        handle().close();
        handle().create(image(new TarBytes().file("a", "1")));
        Files.createDirectories(
                sandbox.resolve("rootfs/work/work"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("---------")));
        Files.delete(sandbox.resolve("rootfs/upper"));
        handle().close();
        handle().close();
        assertThat(sandbox).isEmptyDirectory();
        assertThat(provider().discover()).isEmpty();
    }

    @Test
    void anImageWithoutLayersHasAnEmptyLowerDirectory() throws IOException {
        try (RootfsHandle handle = handle()) {
            Rootfs rootfs = handle.create(image());
            LaunchStep.OverlayRoot step =
                    (LaunchStep.OverlayRoot) rootfs.mounts().get(0);
            assertThat(step.lowers()).hasSize(1);
            assertThat(step.layers().resolve(step.lowers().get(0))).isEmptyDirectory();
            assertThat(rootfs.files().read("etc/passwd", 100)).isEmpty();
        }
    }

    @Test
    void readsFilesAsTheOverlayWouldShowThem() throws IOException {
        try (RootfsHandle handle = handle()) {
            ImageFiles files = handle.create(image(
                            new TarBytes()
                                    .file("etc/passwd", "old")
                                    .file("etc/group", "kept")
                                    .file("etc/gone", "x")
                                    .file("opaque/below", "x")
                                    .file("was-dir/file", "x")
                                    .file("removed/file", "x"),
                            new TarBytes()
                                    .file("etc/passwd", "new")
                                    .file("etc/.wh.gone", "")
                                    .file("opaque/.wh..wh..opq", "")
                                    .file("opaque/above", "a")
                                    .file(".wh.removed", "")
                                    .symlink("etc/link", "/etc/passwd")
                                    .entry('6', "etc/fifo", "", 0644, new byte[0])
                                    .file("etc/large", "x".repeat(101))))
                    .files();
            assertThat(text(files, "etc/passwd")).hasValue("new");
            assertThat(text(files, "etc/group")).hasValue("kept");
            assertThat(text(files, "opaque/above")).hasValue("a");
            for (String absent : new String[] {"etc/gone", "opaque/below", "removed/file", "none", "no/such/file"}) {
                assertThat(text(files, absent)).as(absent).isEmpty();
            }
            assertThatThrownBy(() -> text(files, "etc/link")).hasMessageContaining("it is not a regular file");
            assertThatThrownBy(() -> text(files, "etc/fifo")).hasMessageContaining("it is not a regular file");
            assertThatThrownBy(() -> text(files, "etc/large")).hasMessageContaining("at most 100 are accepted");
            assertThatThrownBy(() -> text(files, "etc/link/x")).hasMessageContaining("'link' is not a directory");
        }
    }
}
