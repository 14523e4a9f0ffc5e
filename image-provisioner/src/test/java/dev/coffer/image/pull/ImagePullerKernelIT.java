package dev.coffer.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.OciImage;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.TarBytes;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.LayerStaging;
import dev.coffer.image.store.StoreLayout;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePullerKernelIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ImageStore store;

    @BeforeEach
    void open() throws IOException {
        store = ImageStore.open(directory.resolve("store"));
    }

    private StoredImage pull(String reference) {
        return puller(store).pull(reference, PullPolicy.MISSING, ProgressListener.SILENT);
    }

    private static ImagePuller puller(ImageStore store) {
        return new ImagePuller(store, new ImageSources(ImageSettings.DEFAULT), UnpackLimits.DEFAULT, Clock.systemUTC());
    }

    private static byte[] tar(String name, String content) {
        return new TarBytes().file(name, content).toBytes();
    }

    private List<String> staged() throws IOException {
        try (var paths = Files.list(store.layout().staging())) {
            return paths.map(Path::toString).toList();
        }
    }

    @Test
    void storesAnImageWithItsLayersAndConfiguration() throws IOException {
        new OciImage().layer(tar("a", "1")).layer(tar("b", "2")).write(directory.resolve("image"));
        StoredImage image = pull("oci:" + directory + "/image:latest");
        assertThat(image.layers()).hasSize(2);
        assertThat(image.layers()).allSatisfy(name -> assertThat(name).hasSize(16));
        assertThat(store.layout().layer(image.layers().get(0)).resolve("a")).hasContent("1");
        assertThat(store.layout().layer(image.layers().get(1)).resolve("b")).hasContent("2");
        assertThat(image.runtime().command()).containsExactly("true");
        assertThat(image.runtime().user()).hasValue("1:2");
        assertThat(store.images()).containsExactly(image);
        assertThat(store.find(image.reference())).hasValue(image);
        assertThat(staged()).isEmpty();
    }

    @Test
    void sharesLayersBetweenImagesAndFollowsAChangedLayout() throws IOException {
        Path layout = new OciImage().layer(tar("a", "1")).write(directory.resolve("image"));
        StoredImage first = pull("oci:" + layout);
        new OciImage().layer(tar("a", "1")).layer(tar("c", "3")).write(layout);
        StoredImage second = pull("oci:" + layout);
        assertThat(second.layers()).startsWith(first.layers().get(0)).hasSize(2);
        assertThat(pull("oci:" + layout).layers()).isEqualTo(second.layers());
    }

    @Test
    void mountsEqualLayersOnceAndNothingBelowAnOpaqueRoot() throws IOException {
        byte[] a = tar("a", "1");
        byte[] b = tar("b", "2");
        byte[] opaque = new TarBytes().file(".wh..wh..opq", "").file("c", "3").toBytes();
        String image = "oci:" + new OciImage().layer(a).layer(b).layer(a).write(directory.resolve("i1"));
        assertThat(pull(image).layers())
                .containsExactly(
                        Digest.of(b).hex().substring(0, 16), Digest.of(a).hex().substring(0, 16));
        image = "oci:" + new OciImage().layer(a).layer(opaque).layer(b).write(directory.resolve("i2"));
        assertThat(pull(image).layers())
                .containsExactly(
                        Digest.of(opaque).hex().substring(0, 16),
                        Digest.of(b).hex().substring(0, 16));
        assertThat(pull("oci:" + new OciImage().write(directory.resolve("scratch")))
                        .layers())
                .isEmpty();
    }

    @Test
    void refusesAnImageOfMoreLayersThanAnOverlayTakes() throws IOException {
        OciImage much = new OciImage();
        for (int i = 0; i <= StoreLayout.MAX_LAYERS; i++) {
            much.layer(tar("f" + i, ""));
        }
        String image = "oci:" + much.write(directory.resolve("much"));
        assertThatThrownBy(() -> pull(image))
                .isInstanceOf(ImageException.class)
                .hasMessage(
                        "cannot pull image " + image + ": it has 201 different layers, and an overlay of at most 200"
                                + " can be mounted; flatten the image");
        assertThat(store.layout().layers().toFile().list()).containsExactly("empty");
    }

    @Test
    void whatIsStoredIsNotUsedUnlessItIsAcceptedAndReferencesAreReadAsTheSourcesDo() throws IOException {
        Path layout = new OciImage().layer(tar("a", "1")).write(directory.resolve("image"));
        Instant later = Instant.now().plusSeconds(60); // when the file's clock has settled
        ImageSources real = new ImageSources(ImageSettings.DEFAULT);
        AtomicInteger opened = new AtomicInteger();
        AtomicBoolean accepted = new AtomicBoolean(true);
        SourceOpener sources = new SourceOpener() {
            @Override
            public ImageReference parse(String text) {
                return ImageReference.parse("oci:" + layout.resolveSibling(text));
            }

            @Override
            public boolean accepts(ImageReference reference, String manifest) {
                return accepted.get();
            }

            @Override
            public ImageSource open(ImageReference reference) throws IOException {
                if (opened.getAndIncrement() > 0) {
                    throw new InvalidImageException("it is not signed");
                }
                return real.open(reference);
            }
        };
        ImagePuller puller = new ImagePuller(store, sources, UnpackLimits.DEFAULT, Clock.fixed(later, ZoneOffset.UTC));
        StoredImage image = puller.pull("image", PullPolicy.MISSING, ProgressListener.SILENT);
        assertThat(puller.pull("image", PullPolicy.MISSING, ProgressListener.SILENT))
                .isEqualTo(image);
        assertThat(opened).hasValue(1);
        accepted.set(false);
        assertThatThrownBy(() -> puller.pull("image", PullPolicy.MISSING, ProgressListener.SILENT))
                .hasMessage("cannot pull image oci:" + layout + ": it is not signed");
    }

    @Test
    void aFailedPullLeavesNothingAndNamesReferenceAndLayer() throws IOException {
        byte[] hostile =
                new TarBytes().file("ok", "").file("../../../escaped", "").toBytes();
        String image = "oci:" + new OciImage().layer(hostile).write(directory.resolve("image"));
        assertThatThrownBy(() -> pull(image))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.fault()).isEqualTo(Fault.REMOTE))
                .hasMessage("cannot pull image " + image + ": layer sha256:"
                        + Digest.of(hostile).hex().substring(0, 12)
                        + ": entry '../../../escaped' is refused: its name contains '..'");
        assertThat(staged()).isEmpty();
        assertThat(store.images()).isEmpty();
        assertThat(store.layout().layers().toFile().list()).containsExactly("empty");
        assertThat(directory.resolve("escaped")).doesNotExist();
    }

    @Test
    void saysWhatIsWrongWithAnImage() throws IOException {
        OciImage foreign = new OciImage().architecture("s390x");
        String image = "oci:" + foreign.layer(tar("a", "1")).write(directory.resolve("s390x"));
        assertThatThrownBy(() -> pull(image)).hasMessageContaining("the image is for linux/s390x, this host is linux/");
        assertThatThrownBy(() -> pull("oci:" + directory + "/none")).hasMessageContaining("/none' does not exist");
        assertThatThrownBy(() -> pull(image + ":other")).hasMessageContaining("no image named 'other'; it has latest");
        assertThatThrownBy(() -> pull("Not A Reference")).hasMessageContaining("cannot use image reference 'Not A");
        Path corrupt = new OciImage().layer(tar("x", "1")).write(directory.resolve("corrupt"));
        try (var blobs = Files.list(corrupt.resolve("blobs/sha256"))) {
            for (Path blob : blobs.toList()) {
                byte[] bytes = Files.readAllBytes(blob);
                bytes[bytes.length / 2] ^= 1;
                Files.write(blob, bytes);
            }
        }
        assertThatThrownBy(() -> pull("oci:" + corrupt)).hasMessageContaining("has another digest");
        assertThat(staged()).isEmpty();
    }

    @Test
    void aLayerWhosePrefixIsTakenGetsALongerName() throws IOException {
        byte[] layer = tar("a", "1");
        String hex = Digest.of(layer).hex();
        Files.writeString(
                store.layout().layers().resolve(hex.substring(0, 16) + ".digest"),
                "sha256:" + hex.substring(0, 16) + "0".repeat(48) + " 5\n");
        StoredImage image = pull("oci:" + new OciImage().layer(layer).write(directory.resolve("image")));
        assertThat(image.layers()).containsExactly(hex.substring(0, 24));
    }

    @Test
    void equalPullsAtTheSameTimeBothSucceed() throws IOException, InterruptedException, ExecutionException {
        OciImage image = new OciImage();
        for (int i = 0; i < 5; i++) {
            image.layer(tar("f" + i, "x".repeat(100_000)));
        }
        String reference = "oci:" + image.write(directory.resolve("image"));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 5; round++) {
                ImageStore fresh = ImageStore.open(directory.resolve("store" + round));
                List<Future<StoredImage>> pulls = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    pulls.add(threads.submit(
                            () -> puller(fresh).pull(reference, PullPolicy.ALWAYS, ProgressListener.SILENT)));
                }
                for (Future<StoredImage> pull : pulls) {
                    assertThat(pull.get().layers())
                            .hasSize(5)
                            .allSatisfy(name ->
                                    assertThat(fresh.layout().layer(name)).isDirectory());
                }
                assertThat(fresh.layout().staging()).isEmptyDirectory();
                assertThat(fresh.images()).hasSize(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aSweepRemovesWhatACrashLeftAndNothingThatIsInUse() throws IOException {
        Path crashed = Files.createDirectories(store.layout().staging().resolve("dead/tree/deep"));
        Files.writeString(crashed.resolve("file"), "x");
        try (LayerStaging living = store.stage()) {
            assertThat(store.recover()).isEmpty();
            assertThat(store.layout().staging().resolve("dead")).doesNotExist();
            assertThat(staged()).hasSize(1);
            living.openTree().close();
        }
        assertThat(staged()).isEmpty();
        assertThat(ImageStore.open(directory.resolve("store")).recover()).isEmpty();
    }

    @Test
    void anImageWithoutOneOfItsLayersOrWithACutRecordIsPulledAgain() throws IOException {
        String reference = "oci:" + new OciImage().layer(tar("a", "1")).write(directory.resolve("image"));
        StoredImage image = pull(reference);
        Path layer = store.layout().layer(image.layers().get(0));
        Files.delete(layer.resolve("a"));
        Files.delete(layer);
        assertThat(store.find(image.reference())).isEmpty();
        assertThat(pull(reference).layers()).isEqualTo(image.layers());
        assertThat(layer.resolve("a")).hasContent("1");
        try (var records = Files.list(store.layout().images())) {
            for (Path record : records.toList()) {
                Files.writeString(record, Files.readString(record).substring(0, 60));
            }
        }
        assertThat(store.images()).isEmpty();
        assertThat(pull(reference).layers()).isEqualTo(image.layers());
    }

    @Test
    void aDirectoryThatALayerDoesNotDescribeKeepsItsOwnerAndMode() throws IOException {
        byte[] base = new TarBytes()
                .entry('5', "tmp/", "", 01777, new byte[0])
                .entry('5', "tmp/in/", "", 0700, new byte[0])
                .entry('5', "other/", "", 0711, new byte[0])
                .toBytes();
        byte[] undescribed =
                new TarBytes().file("tmp/in/new", "n").file("fresh/x", "x").toBytes();
        StoredImage image =
                pull("oci:" + new OciImage().layer(base).layer(undescribed).write(directory.resolve("image")));
        assertThat(image.layers()).hasSize(3);
        Path top = store.layout().layer(image.layers().get(2));
        assertThat(Files.getAttribute(top.resolve("tmp"), "unix:mode")).isEqualTo(041777);
        assertThat(Files.getAttribute(top.resolve("tmp/in"), "unix:mode")).isEqualTo(040700);
        assertThat(Files.getAttribute(top.resolve("tmp/in"), "unix:uid")).isEqualTo(1000);
        assertThat(Files.getLastModifiedTime(top.resolve("tmp")).toMillis()).isEqualTo(1234567890000L);
        assertThat(top.toFile().list()).containsExactly("tmp");
        assertThat(top.resolve("tmp/in")).isEmptyDirectory();
    }
}
