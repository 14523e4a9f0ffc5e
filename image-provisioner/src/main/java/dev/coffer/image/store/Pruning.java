package dev.coffer.image.store;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Removes images that nobody uses, the one that was not used for the longest time first. Pulls and launches may run
 * meanwhile: they wait only while it is decided what goes and names are taken away, not while files are removed.
 */
public final class Pruning {
    /** Layers without an image may belong to a pull that is about to record one. */
    private static final long UNCLAIMED_LAYER_MILLIS = 10L * 60 * 1000;

    private final ImageStore store;
    private final StoreLayout layout;
    private final Leases leases;

    /** Prunes one store, whose containers are those of the leases. */
    public Pruning(ImageStore store, Leases leases) {
        this.store = store;
        this.layout = store.layout();
        this.leases = leases;
    }

    /**
     * What may go.
     *
     * @param keep references in normal form, never removed
     * @param bytes enough to have; images stay once this much disk space is free, {@code Long.MAX_VALUE} for all of them
     * @param dryRun only tells
     */
    public record Request(Set<String> keep, long bytes, boolean dryRun) {
        public Request {
            keep = Set.copyOf(keep);
        }
    }

    /**
     * What went.
     *
     * @param images their references
     * @param layers their names
     * @param bytes disk space that they took
     */
    public record Report(List<String> images, List<String> layers, long bytes) {
        public Report {
            images = List.copyOf(images);
            layers = List.copyOf(layers);
        }
    }

    /** Removes what the request allows and nobody uses. */
    public Report prune(Request request) throws IOException {
        try (LayerStaging bin = store.stage()) {
            Plan plan = new Plan(request);
            try (OpenDirectory lock = store.change()) {
                plan.make();
                if (!request.dryRun()) {
                    carryOut(plan, bin);
                }
            }
            if (!request.dryRun()) {
                removeQuarantine();
            }
            return new Report(
                    plan.images.stream().map(StoredImage::reference).toList(), List.copyOf(plan.layers), plan.bytes);
        } // closing the bin removes the files
    }

    private void carryOut(Plan plan, LayerStaging bin) throws IOException {
        for (StoredImage image : plan.images) {
            Files.deleteIfExists(layout.record(image.reference()));
        }
        for (String layer : plan.layers) {
            discard(layer, bin);
        }
    }

    private final class Plan {
        private final Request request;
        private final List<StoredImage> images = new ArrayList<>();
        private final Set<String> layers = new LinkedHashSet<>();
        private final Map<String, Integer> references = new HashMap<>();
        private long bytes;

        Plan(Request request) {
            this.request = request;
        }

        void make() throws IOException {
            Set<String> used = new HashSet<>(leases.layersInUse());
            List<StoredImage> candidates = new ArrayList<>();
            for (StoredImage image : store.images()) {
                image.layers().forEach(layer -> references.merge(layer, 1, Integer::sum));
                boolean inUse = !image.layers().isEmpty() && used.containsAll(image.layers());
                if (!inUse && !request.keep().contains(image.reference())) {
                    candidates.add(image);
                }
            }
            Map<StoredImage, Long> lastUse = new HashMap<>();
            for (StoredImage image : candidates) {
                lastUse.put(
                        image,
                        Files.getLastModifiedTime(layout.record(image.reference()))
                                .toMillis());
            }
            candidates.sort(Comparator.comparing((StoredImage image) -> lastUse.getOrDefault(image, 0L)));
            addUnreferenced(used);
            for (StoredImage image : candidates) {
                if (bytes >= request.bytes()) {
                    return;
                }
                add(image, used);
            }
        }

        private void add(StoredImage image, Set<String> used) throws IOException {
            images.add(image);
            for (String layer : image.layers()) {
                if (references.merge(layer, -1, Integer::sum) == 0 && !used.contains(layer)) {
                    addLayer(layer);
                }
            }
        }

        private void addUnreferenced(Set<String> used) throws IOException {
            long now = System.currentTimeMillis();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.layers(), Files::isDirectory)) {
                for (Path entry : entries) {
                    String name = String.valueOf(entry.getFileName());
                    boolean wanted =
                            references.containsKey(name) || used.contains(name) || name.equals(layout.emptyLayer());
                    if (!wanted && now - committedAt(name) > UNCLAIMED_LAYER_MILLIS) {
                        addLayer(name);
                    }
                }
            }
        }

        private long committedAt(String layer) throws IOException {
            try {
                return Files.getLastModifiedTime(layout.digestFile(layer)).toMillis();
            } catch (NoSuchFileException e) {
                return 0;
            }
        }

        private void addLayer(String layer) throws IOException {
            if (Files.isDirectory(layout.layer(layer))) {
                layers.add(layer);
                bytes += Trees.usedBytes(layout.layer(layer));
            }
        }
    }

    /** First the name that counts; what a crash leaves after that belongs to no layer and stands in nobody's way. */
    private void discard(String layer, LayerStaging bin) throws IOException {
        Files.move(layout.layer(layer), bin.path().resolve(layer), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(layout.impliedFile(layer));
        Files.deleteIfExists(layout.digestFile(layer));
    }

    private void removeQuarantine() throws ErrnoException {
        Trees.remove(layout.quarantine());
    }
}
