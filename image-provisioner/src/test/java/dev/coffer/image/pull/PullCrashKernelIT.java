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
import dev.coffer.testing.Depth;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process that pulls is killed at random moments; the store must not care. */
class PullCrashKernelIT {
    private static final int FULL_COUNT = 50;
    private static final int LAYERS = 8;
    private static final int FILES_PER_LAYER = 400;
    private static final int SLOWEST_START_MILLIS = 4_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Path image() throws IOException {
        OciImage image = new OciImage();
        for (int i = 0; i < LAYERS; i++) {
            TarBytes tar = new TarBytes();
            for (int j = 0; j < FILES_PER_LAYER; j++) {
                tar.file("l" + i + "/f" + j, "content " + i + " " + j);
            }
            image.layer(tar.toBytes());
        }
        return image.write(directory.resolve("image"));
    }

    private Process startPull(Path store, String reference) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        PullMain.class.getName(),
                        store.toString(),
                        reference)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    /** A console launcher has the tests' classes in a loader of its own. */
    private static String classPath() {
        if (Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader) {
            return Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    /** How long after its start this machine's JVM begins to write to the store, and how long it then takes. */
    private record Window(long from, long length) {}

    private Window window(String reference) throws IOException, InterruptedException {
        Path store = directory.resolve("probe");
        long start = System.nanoTime();
        Process process = startPull(store, reference);
        while (process.isAlive() && !Files.exists(store)) {
            process.waitFor(1, TimeUnit.MILLISECONDS);
        }
        long from = (System.nanoTime() - start) / 1_000_000;
        assertThat(process.waitFor())
                .as(Files.readString(directory.resolve("log")))
                .isZero();
        return new Window(Math.min(from, SLOWEST_START_MILLIS), (System.nanoTime() - start) / 1_000_000 - from);
    }

    @Test
    void afterAKillAtAnyMomentTheImageIsWholeOrAbsentAndTheNextPullSucceeds() throws Exception {
        String reference = "oci:" + image();
        Window window = window(reference);
        Random random = Depth.random();
        for (int i = 0; i < Depth.present().count(FULL_COUNT); i++) {
            Path root = directory.resolve("store" + i);
            Process process = startPull(root, reference);
            long delay = window.from() + random.nextLong(window.length() + 1);
            process.waitFor(delay, TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            String when = "killed after " + delay + " ms, seed " + Depth.seed();

            ImageStore store = ImageStore.open(root);
            assertThat(new Verification(store).verify().problems()).as(when).isEmpty();
            for (StoredImage image : store.images()) {
                assertThat(store.find(image.reference())).as(when).hasValue(image);
            }
            ImagePuller puller = new ImagePuller(
                    store, new ImageSources(ImageSettings.DEFAULT), UnpackLimits.DEFAULT, Clock.systemUTC());
            StoredImage image = puller.pull(reference, PullPolicy.MISSING, ProgressListener.SILENT);
            assertThat(image.layers()).as(when).hasSize(LAYERS);
            assertThat(new Verification(store).verify())
                    .as(when)
                    .isEqualTo(new Verification.Report(LAYERS, 0, List.of()));
            assertThat(store.recover()).as(when).isEmpty();
            assertThat(Optional.ofNullable(store.layout().staging().toFile().list()))
                    .as(when)
                    .hasValue(new String[0]);
        }
    }
}
