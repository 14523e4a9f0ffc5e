package dev.coffer.image.pull;

import dev.coffer.image.Digest;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.LayerStack;
import dev.coffer.image.store.LayerStaging;
import dev.coffer.image.store.StoredLayer;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Gives directories their owner and mode back that a layer uses without describing them.
 *
 * <p>A layer may hold {@code tmp/x} and no {@code tmp}. Unpacked by itself it gets a plain {@code tmp}, and an overlay
 * takes owner, mode and time of a directory from the newest layer that has it: {@code /tmp} would lose its sticky bit.
 * So such an image gets one more layer on top, which holds just those directories as the layers below describe them.
 */
final class ImpliedDirectories {
    private final ImageStore store;
    private final List<String> newestFirst;
    private final Map<String, Set<PathBytes>> impliedByLayer = new HashMap<>();

    /** Examines the layers of one image. */
    ImpliedDirectories(ImageStore store, List<String> newestFirst) {
        this.store = store;
        this.newestFirst = newestFirst;
    }

    /** The layer to put on top; empty if there is nothing to repair. */
    Optional<StoredLayer> repair() throws IOException {
        Set<PathBytes> candidates = new HashSet<>();
        for (String layer : newestFirst) {
            Set<PathBytes> implied = Set.copyOf(store.implied(layer));
            impliedByLayer.put(layer, implied);
            candidates.addAll(implied);
        }
        Map<PathBytes, FileStatus> wanted = new LinkedHashMap<>();
        List<PathBytes> shortestFirst = new ArrayList<>(candidates);
        shortestFirst.sort(Comparator.comparingInt(PathBytes::length).thenComparing(PathBytes::toString));
        for (PathBytes path : shortestFirst) {
            if (isWrong(path)) {
                addWithParents(path, wanted);
            }
        }
        return wanted.isEmpty() ? Optional.empty() : Optional.of(store(wanted));
    }

    private boolean isWrong(PathBytes path) throws IOException {
        try (LayerStack stack = new LayerStack(store.layout(), newestFirst)) {
            List<LayerStack.Part> parts = stack.directory(path);
            return !parts.isEmpty()
                    && isImplied(parts.get(0), path)
                    && parts.stream().anyMatch(part -> !isImplied(part, path));
        } catch (LayerStack.NotADirectoryException e) {
            return false;
        }
    }

    private boolean isImplied(LayerStack.Part part, PathBytes path) {
        return impliedByLayer.getOrDefault(part.layer(), Set.of()).contains(path);
    }

    private void addWithParents(PathBytes path, Map<PathBytes, FileStatus> wanted) throws IOException {
        if (path.isEmpty() || wanted.containsKey(path)) {
            return;
        }
        addWithParents(path.parent(), wanted);
        wanted.put(path, described(path));
    }

    /** By the newest layer that describes it, else by the newest that has it. */
    private FileStatus described(PathBytes path) throws IOException {
        try (LayerStack stack = new LayerStack(store.layout(), newestFirst)) {
            List<LayerStack.Part> parts = stack.directory(path);
            for (LayerStack.Part part : parts) {
                if (!isImplied(part, path)) {
                    return part.directory().status();
                }
            }
            return parts.get(0).directory().status();
        }
    }

    private StoredLayer store(Map<PathBytes, FileStatus> wanted) throws IOException {
        Digest digest = Digest.of(describe(wanted).getBytes(StandardCharsets.UTF_8));
        Optional<StoredLayer> known = store.layer(digest);
        if (known.isPresent()) {
            return known.get();
        }
        try (LayerStaging staging = store.stage()) {
            try (OpenDirectory tree = staging.openTree()) {
                write(tree, wanted);
            }
            return store.commit(List.of(new ImageStore.Unpacked(staging, digest, 0, List.of(), OptionalLong.of(0))))
                    .get(0);
        }
    }

    private static String describe(Map<PathBytes, FileStatus> wanted) {
        StringBuilder text = new StringBuilder("coffer directories 1\n");
        wanted.forEach((path, status) -> text.append(new String(path.toBytes(), StandardCharsets.ISO_8859_1))
                .append('\0')
                .append(status.mode())
                .append(' ')
                .append(status.uid())
                .append(' ')
                .append(status.gid())
                .append(' ')
                .append(status.modifiedSeconds())
                .append(' ')
                .append(status.modifiedNanos())
                .append('\n'));
        return text.toString();
    }

    /** Parents come first in {@code wanted}; times are set the other way round, for making a child changes them. */
    private static void write(OpenDirectory tree, Map<PathBytes, FileStatus> wanted) throws IOException {
        tree.chmod(0755);
        List<PathBytes> deepestFirst = new ArrayList<>();
        for (Map.Entry<PathBytes, FileStatus> entry : wanted.entrySet()) {
            PathBytes path = entry.getKey();
            deepestFirst.add(0, path);
            try (OpenDirectory parent = tree.openBeneath(path.parent())) {
                parent.makeDirectory(path.name(), 0700);
                parent.chown(
                        path.name(), entry.getValue().uid(), entry.getValue().gid());
                parent.chmod(path.name(), entry.getValue().permissions());
            }
        }
        for (PathBytes path : deepestFirst) {
            FileStatus status = java.util.Objects.requireNonNull(wanted.get(path));
            try (OpenDirectory directory = tree.openBeneath(path)) {
                directory.setTimes(status.modifiedSeconds(), status.modifiedNanos());
            }
        }
    }
}
