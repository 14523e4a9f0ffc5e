package dev.coffer.image.pull;

import dev.coffer.image.Digest;
import dev.coffer.image.Layer;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.LayerStaging;
import dev.coffer.image.store.StoredLayer;
import dev.coffer.image.unpack.LayerUnpacker;
import dev.coffer.image.unpack.UnpackBudget;
import dev.coffer.image.unpack.UnpackLimits;
import dev.coffer.image.unpack.UnpackedLayer;
import dev.coffer.linux.fs.OpenDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Fetches and unpacks the layers of one image, several at a time; the first failure stops the rest. What another pull is
 * fetching is waited for, whichever process that is in.
 */
final class LayerFetch {
    /** More of them only compete for the disk and the line. */
    private static final int MAX_WORKERS = 6;

    private static final int WORKERS =
            Math.max(2, Math.min(MAX_WORKERS, Runtime.getRuntime().availableProcessors()));
    private static final int LOOK_AGAIN_MILLIS = 20;

    private final ImageStore store;
    private final ImageSource source;
    private final LayerUnpacker unpacker;

    LayerFetch(ImageStore store, ImageSource source, UnpackLimits limits, ProgressListener progress) {
        this.store = store;
        this.source = source;
        this.unpacker = new LayerUnpacker(new UnpackBudget(limits), progress);
    }

    /** The layers in the store, in the order given; equal ones are fetched once. */
    List<StoredLayer> fetch(List<Layer> layers) throws IOException {
        Map<Digest, Layer> missing = new LinkedHashMap<>();
        layers.forEach(layer -> missing.put(layer.diffId(), layer));
        Map<Digest, StoredLayer> present = new LinkedHashMap<>();
        collectStored(missing, present);
        while (!missing.isEmpty()) {
            if (!fetchUnclaimed(missing, present)) {
                pause(); // all that is missing is being fetched by others
            }
            collectStored(missing, present);
        }
        List<StoredLayer> ordered = new ArrayList<>();
        for (Layer layer : layers) {
            StoredLayer stored = present.get(layer.diffId());
            if (stored == null) {
                throw new IllegalStateException(layer.shortName() + " was not fetched");
            }
            ordered.add(stored);
        }
        return ordered;
    }

    private void collectStored(Map<Digest, Layer> missing, Map<Digest, StoredLayer> present) throws IOException {
        for (Digest diffId : List.copyOf(missing.keySet())) {
            Optional<StoredLayer> stored = store.layer(diffId);
            if (stored.isPresent()) {
                present.put(diffId, stored.get());
                missing.remove(diffId);
            }
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }

    /**
     * Fetches what nobody else is fetching; false if that is nothing. Everything of it is stored and given free before
     * anything is waited for, so that two pulls can never wait for each other.
     */
    private boolean fetchUnclaimed(Map<Digest, Layer> missing, Map<Digest, StoredLayer> present) throws IOException {
        List<Claim> claims = new ArrayList<>();
        try {
            for (Layer layer : missing.values()) {
                Optional<LayerStaging> staging = store.stage(layer.diffId());
                if (staging.isPresent()) {
                    claims.add(new Claim(layer, staging.get()));
                }
            }
            // somebody may have stored it between our looking and our claiming
            claims.removeIf(this::isStored);
            List<ImageStore.Unpacked> unpacked = fetchInParallel(claims);
            for (StoredLayer stored : store.commit(unpacked)) {
                present.put(Digest.parse(stored.diffId()), stored);
            }
            return !claims.isEmpty();
        } finally {
            for (Claim claim : claims) {
                claim.staging().close();
            }
        }
    }

    /** The right to fetch a layer, and the place to unpack it in. */
    private record Claim(Layer layer, LayerStaging staging) {}

    private boolean isStored(Claim claim) {
        try {
            boolean stored = store.layer(claim.layer().diffId()).isPresent();
            if (stored) {
                claim.staging().close();
            }
            return stored;
        } catch (IOException e) {
            return false; // fetching it says what is wrong
        }
    }

    private List<ImageStore.Unpacked> fetchInParallel(List<Claim> claims) throws IOException {
        if (claims.isEmpty()) {
            return List.of();
        }
        ExecutorService workers = Executors.newFixedThreadPool(Math.min(WORKERS, claims.size()), task -> {
            Thread thread = new Thread(task, "coffer-layer-write");
            thread.setDaemon(true);
            return thread;
        });
        List<Claim> largestFirst = new ArrayList<>(claims);
        largestFirst.sort(
                Comparator.comparingLong((Claim claim) -> claim.layer().size()).reversed());
        List<ImageStore.Unpacked> unpacked = new ArrayList<>();
        boolean complete = false;
        try {
            CompletionService<ImageStore.Unpacked> results = new ExecutorCompletionService<>(workers);
            largestFirst.forEach(claim -> results.submit(() -> fetch(claim)));
            while (unpacked.size() < claims.size()) {
                unpacked.add(results.take().get());
            }
            complete = true;
            return unpacked;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("layer worker failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        } finally {
            stop(workers);
            if (!complete && !Thread.currentThread().isInterrupted()) {
                store.commit(unpacked); // the next attempt need not fetch these again
            }
        }
    }

    /** Waits, so that no worker writes to the store or reads the source after the pull has failed. */
    private static void stop(ExecutorService workers) {
        workers.shutdownNow();
        boolean interrupted = false;
        boolean done = false;
        while (!done) {
            try {
                done = workers.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ImageStore.Unpacked fetch(Claim claim) throws IOException {
        Layer layer = claim.layer();
        try (InputStream blob = source.open(layer);
                OpenDirectory tree = claim.staging().openTree()) {
            UnpackedLayer unpacked = unpacker.unpack(blob, layer, tree);
            return new ImageStore.Unpacked(
                    claim.staging(), layer.diffId(), unpacked.bytes(), unpacked.implied(), unpacked.sum());
        }
    }
}
