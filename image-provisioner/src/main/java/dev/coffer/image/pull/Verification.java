package dev.coffer.image.pull;

import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.store.StoredLayer;
import dev.coffer.image.unpack.FileSums;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out whether the disk still has what pulls have written, and puts aside what it has not. */
public final class Verification {
    private final ImageStore store;

    public Verification(ImageStore store) {
        this.store = store;
    }

    /**
     * What was found.
     *
     * @param intact layers whose files are what was written
     * @param unknown layers of which no sum was kept, which only are there
     * @param problems one for each other layer
     */
    public record Report(int intact, int unknown, List<Problem> problems) {
        public Report {
            problems = List.copyOf(problems);
        }
    }

    /**
     * A layer that is not what it should be.
     *
     * @param images references of those that have it
     * @param quarantined whether it was there and is put aside; else it is missing
     */
    public record Problem(String layer, String cause, List<String> images, boolean quarantined) {
        public Problem {
            images = List.copyOf(images);
        }
    }

    /** Reads every file of every layer that an image has. */
    public Report verify() throws IOException {
        Map<String, List<String>> imagesByLayer = new LinkedHashMap<>();
        for (StoredImage image : store.images()) {
            for (String layer : image.layers()) {
                imagesByLayer.computeIfAbsent(layer, key -> new ArrayList<>()).add(image.reference());
            }
        }
        int intact = 0;
        int unknown = 0;
        List<Problem> problems = new ArrayList<>();
        for (Map.Entry<String, List<String>> entry : imagesByLayer.entrySet()) {
            String layer = entry.getKey();
            Optional<StoredLayer> known = store.recordOf(layer);
            Optional<String> damage = damage(layer, known);
            if (damage.isPresent()) {
                problems.add(problem(layer, damage.get(), entry.getValue()));
            } else if (known.filter(record -> record.sum().isPresent()).isPresent()) {
                intact++;
            } else {
                unknown++;
            }
        }
        return new Report(intact, unknown, problems);
    }

    private Optional<String> damage(String layer, Optional<StoredLayer> known) {
        if (!Files.isDirectory(store.layout().layer(layer))) {
            return Optional.of("it is missing");
        }
        if (known.isEmpty()) {
            return Optional.of("its record is missing or damaged");
        }
        try (OpenDirectory tree = OpenDirectory.open(store.layout().layer(layer))) {
            boolean same = known.get().sum().isEmpty() || known.get().sum().getAsLong() == FileSums.of(tree);
            return same ? Optional.empty() : Optional.of("its files are not what was written");
        } catch (ErrnoException e) {
            return Optional.of("it cannot be read: " + e.getMessage());
        }
    }

    private Problem problem(String layer, String cause, List<String> images) throws IOException {
        boolean there = Files.isDirectory(store.layout().layer(layer));
        if (there) {
            store.quarantine(layer);
        }
        return new Problem(layer, cause, images, there);
    }
}
