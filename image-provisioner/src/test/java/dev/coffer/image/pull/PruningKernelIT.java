package dev.coffer.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerId;
import dev.coffer.image.OciImage;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.TarBytes;
import dev.coffer.image.backend.OverlayRootfs;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.Leases;
import dev.coffer.image.store.Pruning;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import dev.coffer.rootfs.RootfsHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruningKernelIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ImageStore store;

    @SuppressWarnings("NullAway.Init")
    private ImagePuller puller;

    @BeforeEach
    void open() throws IOException {
        store = ImageStore.open(directory.resolve("store"));
        puller = new ImagePuller(
                store, new ImageSources(ImageSettings.DEFAULT), UnpackLimits.DEFAULT, Clock.systemUTC());
    }

    private StoredImage pull(String name, String... contents) throws IOException {
        OciImage image = new OciImage();
        for (String content : contents) {
            image.layer(new TarBytes().file("file", content.repeat(10_000)).toBytes());
        }
        Path layout = image.write(directory.resolve(name));
        return puller.pull("oci:" + layout, PullPolicy.MISSING, ProgressListener.SILENT);
    }

    private Pruning.Report prune(long bytes, String... keep) throws IOException {
        return new Pruning(store, leases()).prune(new Pruning.Request(Set.of(keep), bytes, false));
    }

    private Leases leases() {
        return new Leases(directory.resolve("run/containers"));
    }

    private RootfsHandle handle(String id) throws IOException {
        OverlayRootfs backend =
                new OverlayRootfs(puller, store, directory.resolve("run"), OverlayRootfs.UpperSync.VOLATILE);
        return backend.rootfsFor(new ContainerId(id), Files.createDirectories(directory.resolve("sandbox-" + id)));
    }

    private void lastUsed(StoredImage image, long millis) throws IOException {
        try (var records = Files.list(store.layout().images())) {
            for (Path record : records.toList()) {
                if (Files.readString(record).contains("reference " + image.reference() + "\n")) {
                    Files.setLastModifiedTime(record, FileTime.fromMillis(millis));
                }
            }
        }
    }

    private List<String> references() throws IOException {
        return store.images().stream().map(StoredImage::reference).toList();
    }

    @Test
    void removesUnusedImagesAndOnlyTheLayersThatNobodyElseHas() throws IOException {
        StoredImage kept = pull("kept", "base", "kept");
        StoredImage gone = pull("gone", "base", "gone");
        Pruning.Report report = prune(Long.MAX_VALUE, kept.reference());
        assertThat(report.images()).containsExactly(gone.reference());
        assertThat(report.layers()).containsExactly(gone.layers().get(1));
        assertThat(report.bytes()).isBetween(40_000L, 80_000L);
        assertThat(references()).containsExactly(kept.reference());
        assertThat(store.layout().layer(gone.layers().get(1))).doesNotExist();
        assertThat(store.layout().layer(kept.layers().get(0))).isDirectory();
        try (var staged = Files.list(store.layout().staging())) {
            assertThat(staged).isEmpty();
        }
        assertThat(pull("gone", "base", "gone")).extracting(StoredImage::layers).isEqualTo(gone.layers());
    }

    @Test
    void neverRemovesWhatAContainerUses() throws IOException {
        StoredImage used = pull("used", "1");
        try (RootfsHandle handle = handle("c1")) {
            handle.create(used.reference());
            assertThat(prune(Long.MAX_VALUE).images()).isEmpty();
            assertThat(store.layout().layer(used.layers().get(0))).isDirectory();
        }
        assertThat(prune(Long.MAX_VALUE).images()).containsExactly(used.reference());
    }

    @Test
    void removesTheLeastRecentlyUsedFirstAndStopsWhenThereIsEnough() throws IOException {
        StoredImage old = pull("old", "o");
        StoredImage older = pull("older", "p");
        StoredImage fresh = pull("fresh", "f");
        lastUsed(fresh, 3_000);
        lastUsed(old, 2_000);
        lastUsed(older, 1_000);
        assertThat(prune(1).images()).containsExactly(older.reference());
        try (RootfsHandle handle = handle("c1")) {
            handle.create(old.reference());
        }
        assertThat(prune(1).images()).containsExactly(fresh.reference());
        assertThat(references()).containsExactly(old.reference());
    }

    @Test
    void removesNothingAsLongAsALeaseCannotBeRead() throws IOException {
        StoredImage image = pull("image", "1");
        Files.createDirectories(leases().containers().resolve("c1/image"));
        assertThatThrownBy(() -> prune(Long.MAX_VALUE)).isInstanceOf(IOException.class);
        assertThat(references()).containsExactly(image.reference());
    }

    @Test
    void pullsAndLaunchesGoOnWhileImagesAreRemoved() throws Exception {
        pull("image", "1", "2");
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> prunes = threads.submit(() -> {
                int removed = 0;
                while (!Thread.interrupted() && !Files.exists(directory.resolve("enough"))) {
                    removed += prune(Long.MAX_VALUE).images().size();
                }
                return removed;
            });
            for (int i = 0; i < 60; i++) {
                try (RootfsHandle handle = handle("c" + i)) {
                    handle.create("oci:" + directory.resolve("image"));
                    List<String> leased =
                            Files.readAllLines(leases().containers().resolve("c" + i + "/image"));
                    assertThat(leased)
                            .hasSize(2)
                            .allSatisfy(layer -> assertThat(
                                            store.layout().layer(layer).resolve("file"))
                                    .exists());
                }
            }
            Files.createFile(directory.resolve("enough"));
            assertThat(prunes.get()).isPositive();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void verifyingPutsADamagedLayerAsideAndTheNextPullBringsItBack() throws IOException {
        StoredImage image = pull("image", "1", "2");
        Verification verification = new Verification(store);
        assertThat(verification.verify()).isEqualTo(new Verification.Report(2, 0, List.of()));
        Path file = store.layout().layer(image.layers().get(1)).resolve("file");
        Files.writeString(file, "3".repeat(10_000));
        Verification.Report report = verification.verify();
        assertThat(report.problems())
                .containsExactly(new Verification.Problem(
                        image.layers().get(1), "its files are not what was written", List.of(image.reference()), true));
        assertThat(store.find(image.reference())).isEmpty();
        pull("image", "1", "2");
        assertThat(file).hasContent("2".repeat(10_000));
        assertThat(verification.verify().problems()).isEmpty();
        assertThat(store.layout().quarantine()).isNotEmptyDirectory();
        prune(0);
        assertThat(store.layout().quarantine()).doesNotExist();
    }
}
