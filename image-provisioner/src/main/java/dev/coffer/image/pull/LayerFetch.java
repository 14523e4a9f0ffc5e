package dev.coffer.image.pull;

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

/** Fetches and unpacks the layers of one image, two at a time; the first failure stops the rest. */
final class LayerFetch {
    private static final int WORKERS = 2;

    private final ImageStore store;
    private final ImageSource source;
    private final LayerUnpacker unpacker;

    LayerFetch(ImageStore store, ImageSource source, UnpackLimits limits, ProgressListener progress) {
        this.store = store;
        this.source = source;
        this.unpacker = new LayerUnpacker(new UnpackBudget(limits), interruptible(progress));
    }

    /** A worker is stopped where it reports its progress, which is after each read. */
    private static ProgressListener interruptible(ProgressListener progress) {
        return (blob, done, total) -> {
            if (Thread.currentThread().isInterrupted()) {
                throw new StoppedException();
            }
            progress.progress(blob, done, total);
        };
    }

    private static final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The layers in the store, in the order given; equal ones are fetched once. */
    List<StoredLayer> fetch(List<Layer> layers) throws IOException {
        Map<String, StoredLayer> present = new LinkedHashMap<>();
        Map<String, Layer> missing = new LinkedHashMap<>();
        for (Layer layer : layers) {
            Optional<StoredLayer> stored = store.layer(layer.diffId());
            if (stored.isPresent()) {
                present.put(layer.diffId().toString(), stored.get());
            } else {
                missing.put(layer.diffId().toString(), layer);
            }
        }
        if (!missing.isEmpty()) {
            for (StoredLayer stored : fetchInParallel(List.copyOf(missing.values()))) {
                present.put(stored.diffId(), stored);
            }
        }
        List<StoredLayer> ordered = new ArrayList<>();
        for (Layer layer : layers) {
            StoredLayer stored = present.get(layer.diffId().toString());
            if (stored == null) {
                throw new IllegalStateException(layer.shortName() + " was not fetched");
            }
            ordered.add(stored);
        }
        return ordered;
    }

    private List<StoredLayer> fetchInParallel(List<Layer> layers) throws IOException {
        ExecutorService workers = Executors.newFixedThreadPool(Math.min(WORKERS, layers.size()), task -> {
            Thread thread = new Thread(task, "coffer-layer-fetch");
            thread.setDaemon(true);
            return thread;
        });
        try {
            CompletionService<StoredLayer> results = new ExecutorCompletionService<>(workers);
            layers.forEach(layer -> results.submit(() -> fetch(layer)));
            List<StoredLayer> stored = new ArrayList<>();
            while (stored.size() < layers.size()) {
                stored.add(results.take().get());
            }
            return stored;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("layer worker failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            stop(workers);
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

    private StoredLayer fetch(Layer layer) throws IOException {
        try (LayerStaging staging = store.stage();
                InputStream blob = source.open(layer)) {
            UnpackedLayer unpacked;
            try (OpenDirectory tree = staging.openTree()) {
                unpacked = unpacker.unpack(blob, layer, tree);
            }
            return store.commit(staging, layer.diffId(), unpacked.bytes(), unpacked.implied());
        }
    }
}
