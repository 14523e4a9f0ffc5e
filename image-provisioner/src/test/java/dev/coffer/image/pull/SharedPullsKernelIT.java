package dev.coffer.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.image.Cancellation;
import dev.coffer.image.ImageReference;
import dev.coffer.image.Layer;
import dev.coffer.image.OciImage;
import dev.coffer.image.Platform;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.TarBytes;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.source.ResolvedImage;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SharedPullsKernelIT {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private ImageStore store;

    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final AtomicInteger layersOpened = new AtomicInteger();
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @BeforeEach
    void open() throws IOException {
        store = ImageStore.open(directory.resolve("store"));
    }

    @AfterEach
    void end() {
        goOn.countDown();
        callers.shutdownNow();
    }

    /** Layers come from the layouts, but not before {@link #goOn}; a closed one fails, as a connection does. */
    private ImagePuller heldUp() {
        ImageSources real = new ImageSources(ImageSettings.DEFAULT);
        return new ImagePuller(
                store, reference -> new HeldUp(real.open(reference)), UnpackLimits.DEFAULT, Clock.systemUTC());
    }

    private final class HeldUp implements ImageSource {
        private final ImageSource real;
        private final CountDownLatch closed = new CountDownLatch(1);

        HeldUp(ImageSource real) {
            this.real = real;
        }

        @Override
        public ResolvedImage resolve(Platform platform) throws IOException {
            return real.resolve(platform);
        }

        @Override
        public InputStream open(Layer layer) throws IOException {
            layersOpened.incrementAndGet();
            return new FilterInputStream(real.open(layer)) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    reading.countDown();
                    awaitGoOn();
                    return super.read(target, offset, length);
                }
            };
        }

        /** Deaf to interrupts, as a read from a socket is. */
        private void awaitGoOn() throws IOException {
            boolean interrupted = false;
            boolean going = false;
            while (!going) {
                try {
                    going = goOn.await(5, TimeUnit.MILLISECONDS);
                    if (!going && closed.getCount() == 0) {
                        throw new IOException("closed");
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            real.close();
        }
    }

    private String image(String name, String... contents) throws IOException {
        OciImage image = new OciImage();
        for (String content : contents) {
            image.layer(new TarBytes().file("file", content).toBytes());
        }
        return "oci:" + image.write(directory.resolve(name));
    }

    private static StoredImage pull(ImagePuller puller, String reference, Cancellation cancellation) {
        return puller.pull(reference, PullPolicy.MISSING, ProgressListener.SILENT, cancellation);
    }

    private List<String> left() throws IOException {
        try (var staged = Files.list(store.layout().staging());
                var layers = Files.list(store.layout().layers())) {
            return java.util.stream.Stream.concat(staged, layers)
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> !name.equals("empty"))
                    .toList();
        }
    }

    @Test
    void thoseWhoWantTheSameImageWaitForOnePull() throws Exception {
        ImagePuller puller = heldUp();
        String reference = image("a", "1");
        Future<StoredImage> first = callers.submit(() -> pull(puller, reference, new Cancellation()));
        reading.await();
        Future<StoredImage> second = callers.submit(() -> pull(puller, reference, new Cancellation()));
        goOn.countDown();
        assertThat(first.get()).isEqualTo(second.get());
        assertThat(layersOpened).hasValue(1);
    }

    @Test
    void aLayerThatTwoImagesShareIsFetchedOnceEvenAtTheSameTime() throws Exception {
        ImagePuller puller = heldUp();
        String first = image("a", "shared", "1");
        String second = image("b", "2", "shared");
        Future<StoredImage> one = callers.submit(() -> pull(puller, first, new Cancellation()));
        reading.await();
        Future<StoredImage> two = callers.submit(() -> pull(heldUp(), second, new Cancellation()));
        goOn.countDown();
        assertThat(one.get().layers()).contains(two.get().layers().get(1));
        assertThat(layersOpened).hasValue(3);
    }

    @Test
    void aCancelledPullEndsThoughTheNetworkStallsAndLeavesNothing() throws Exception {
        ImagePuller puller = heldUp();
        String reference = image("a", "1", "2", "3");
        Cancellation cancellation = new Cancellation();
        Future<StoredImage> pull = callers.submit(() -> pull(puller, reference, cancellation));
        reading.await();
        cancellation.cancel();
        assertThatThrownBy(pull::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ImageException.class)
                .hasMessage("cannot pull image " + ImageReference.parse(reference) + ": it was cancelled");
        assertThat(left()).isEmpty();
        goOn.countDown();
        assertThat(pull(puller, reference, new Cancellation()).layers()).hasSize(3);
    }

    @Test
    void aPullGoesOnWhenOneOfTwoWhoWaitForItLeaves() throws Exception {
        ImagePuller puller = heldUp();
        String reference = image("a", "1");
        Cancellation cancellation = new Cancellation();
        Future<StoredImage> leaver = callers.submit(() -> pull(puller, reference, cancellation));
        reading.await();
        AtomicInteger told = new AtomicInteger();
        Future<StoredImage> stayer = callers.submit(() -> puller.pull(
                reference, PullPolicy.MISSING, (blob, done, total) -> told.incrementAndGet(), new Cancellation()));
        org.awaitility.Awaitility.await().until(() -> told.get() >= 0 && isWaiting(stayer));
        cancellation.cancel();
        assertThatThrownBy(leaver::get).hasRootCauseInstanceOf(java.util.concurrent.CancellationException.class);
        goOn.countDown();
        assertThat(stayer.get().layers()).hasSize(1);
        assertThat(layersOpened).hasValue(1);
    }

    /** Whether every caller has come as far as it can. */
    private static boolean isWaiting(Future<StoredImage> caller) {
        return !caller.isDone()
                && Thread.getAllStackTraces().entrySet().stream()
                                .filter(thread -> java.util.Arrays.stream(thread.getValue())
                                        .anyMatch(frame -> frame.getClassName().endsWith("SharedPulls")
                                                && frame.getMethodName().equals("join")))
                                .filter(thread -> thread.getKey().getState() == Thread.State.WAITING)
                                .count()
                        == 2;
    }

    @Test
    void whatIsCancelledBeforeItBeginsDoesNotBegin() throws IOException {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        String reference = image("a", "1");
        ImagePuller puller = heldUp();
        assertThatThrownBy(() -> pull(puller, reference, cancellation)).hasMessageEndingWith("it was cancelled");
        assertThat(left()).isEmpty();
    }
}
