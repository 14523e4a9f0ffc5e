package dev.coffer.image.store;

import dev.coffer.image.Digest;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Images and their layers on disk. Thread-safe, and several processes may use one store.
 *
 * <p>A layer exists once it has its name; an image exists once its record is written. Both appear whole or not at all,
 * and only after what they refer to is on the disk.
 */
public final class ImageStore {
    private static final int SHORTEST_NAME = 16;
    private static final int NAME_STEP = 8;

    private final StoreLayout layout;

    private ImageStore(StoreLayout layout) {
        this.layout = layout;
    }

    /** Opens the store at {@code root}, made if it is missing. */
    public static ImageStore open(Path root) throws IOException {
        StoreLayout layout = new StoreLayout(root.toAbsolutePath().normalize());
        Path empty = layout.layer(StoreLayout.EMPTY_LAYER);
        if (!Files.isDirectory(empty)) {
            Files.createDirectories(layout.staging());
            Files.createDirectories(layout.images());
            Files.createDirectories(layout.layers());
            try (OpenDirectory layers = OpenDirectory.open(layout.layers())) {
                layers.chmod(0700); // or any user of the host could run the set-user-id programs of an image
            }
            Files.createDirectories(empty);
            try (OpenDirectory directory = OpenDirectory.open(empty)) {
                directory.chmod(0755);
            }
        }
        return new ImageStore(layout);
    }

    public StoreLayout layout() {
        return layout;
    }

    /** The image of this reference, in normal form, if it and all its layers are here. */
    public Optional<StoredImage> find(String reference) throws IOException {
        return read(layout.record(reference))
                .filter(image -> image.reference().equals(reference))
                .filter(image -> image.layers().stream().allMatch(name -> Files.isDirectory(layout.layer(name))));
    }

    /** Every image, by reference. */
    public List<StoredImage> images() throws IOException {
        List<StoredImage> images = new ArrayList<>();
        try (DirectoryStream<Path> records = Files.newDirectoryStream(layout.images())) {
            for (Path record : records) {
                read(record).ifPresent(images::add);
            }
        }
        images.sort((a, b) -> a.reference().compareTo(b.reference()));
        return images;
    }

    private static Optional<StoredImage> read(Path record) throws IOException {
        try {
            return ImageRecord.parse(Files.readString(record));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A layer, if the store has it. */
    public Optional<StoredLayer> layer(Digest diffId) throws IOException {
        for (int length = SHORTEST_NAME; length <= diffId.hex().length(); length += NAME_STEP) {
            String name = diffId.hex().substring(0, length);
            Optional<StoredLayer> owner = readDigest(name);
            if (owner.isEmpty() || owner.get().diffId().equals(diffId.toString())) {
                return owner.filter(layer -> Files.isDirectory(layout.layer(name)));
            }
        }
        return Optional.empty();
    }

    private Optional<StoredLayer> readDigest(String name) throws IOException {
        String text;
        try {
            text = Files.readString(layout.digestFile(name));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        int blank = text.indexOf(' ');
        if (blank < 0 || !text.endsWith("\n")) {
            throw new IOException("layer record " + layout.digestFile(name) + " is damaged; remove it and the layer");
        }
        long bytes = Long.parseLong(text.substring(blank + 1, text.length() - 1));
        return Optional.of(new StoredLayer(name, text.substring(0, blank), bytes));
    }

    /** A new place to unpack a layer in. */
    public LayerStaging stage() throws IOException {
        return LayerStaging.create(layout.staging());
    }

    /**
     * Gives an unpacked layer its name, after everything of it is on the disk. If another pull was faster, its equal
     * layer is used and the staging's own is left to be removed.
     *
     * @param bytes for the books
     * @param implied see {@link #implied}
     */
    public StoredLayer commit(LayerStaging staging, Digest diffId, long bytes, List<PathBytes> implied)
            throws IOException {
        staging.directory().syncFileSystem();
        StoredLayer layer = claimName(staging, diffId, bytes);
        if (!implied.isEmpty()) {
            Path list = staging.newFile("implied", PathList.format(implied));
            Files.move(list, layout.impliedFile(layer.name()), StandardCopyOption.ATOMIC_MOVE);
        }
        Path target = layout.layer(layer.name());
        try {
            Files.move(staging.tree(), target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the store " + layout.root() + " must be on one file system", e);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
        syncDirectory(layout.layers());
        return layer;
    }

    private StoredLayer claimName(LayerStaging staging, Digest diffId, long bytes) throws IOException {
        Path claim = staging.newFile("claim", utf8(diffId + " " + bytes + "\n"));
        for (int length = SHORTEST_NAME; length <= diffId.hex().length(); length += NAME_STEP) {
            String name = diffId.hex().substring(0, length);
            Optional<StoredLayer> owner = readDigest(name);
            if (owner.isEmpty()) {
                linkUnlessTaken(claim, layout.digestFile(name));
                owner = readDigest(name);
            }
            if (owner.filter(layer -> layer.diffId().equals(diffId.toString())).isPresent()) {
                return owner.get();
            }
        }
        throw new IOException("the store " + layout.root() + " has another layer under every name of " + diffId);
    }

    /** A link appears whole and never replaces: of two layers that want the same name, one gets it. */
    private void linkUnlessTaken(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        syncDirectory(layout.layers());
    }

    /** The directories that a layer uses without describing them. */
    public List<PathBytes> implied(String layer) throws IOException {
        try {
            return PathList.parse(Files.readAllBytes(layout.impliedFile(layer)));
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Whether a layer hides everything below it, so that the layers below need not be mounted at all. */
    public boolean hidesAllBelow(String layer) throws ErrnoException {
        try (OpenDirectory root = OpenDirectory.open(layout.layer(layer))) {
            return root.xattr(LayerStack.OPAQUE).isPresent();
        }
    }

    /** Makes an image known, or replaces what its reference meant before. Its layers must have been committed. */
    public void record(StoredImage image) throws IOException {
        try (LayerStaging staging = stage()) {
            Path written = staging.newFile("record", utf8(ImageRecord.format(image)));
            Files.move(written, layout.record(image.reference()), StandardCopyOption.ATOMIC_MOVE);
        }
        syncDirectory(layout.images());
    }

    /**
     * Removes what crashed pulls left in the staging area, and nothing that a living process works on.
     *
     * @return what could not be removed, with the reason
     */
    public List<String> recover() throws IOException {
        List<String> failures = new ArrayList<>();
        try (DirectoryStream<Path> stale = Files.newDirectoryStream(layout.staging())) {
            stale.forEach(path -> tryToRemove(path).ifPresent(failures::add));
        }
        return failures;
    }

    private static Optional<String> tryToRemove(Path path) {
        try {
            removeIfStale(path);
            return Optional.empty();
        } catch (ErrnoException e) {
            boolean ownerWasFaster = e.is(Errno.ENOENT);
            return ownerWasFaster
                    ? Optional.empty()
                    : Optional.of("cannot remove staging directory " + path + ": " + e.getMessage());
        }
    }

    private static void removeIfStale(Path path) throws ErrnoException {
        if (!Files.isDirectory(path)) {
            Trees.remove(path);
            return;
        }
        try (OpenDirectory directory = OpenDirectory.open(path)) {
            if (directory.tryLock()) {
                Trees.remove(path);
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void syncDirectory(Path path) throws ErrnoException {
        try (OpenDirectory directory = OpenDirectory.open(path)) {
            directory.sync();
        }
    }
}
