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
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Images and their layers on disk. Thread-safe, and several processes may use one store.
 *
 * <p>A layer exists once it has its name; an image exists once its record is written. Both appear whole or not at all,
 * and only after what they refer to is on the disk.
 */
public final class ImageStore {
    private static final int SHORTEST_NAME = 16;
    private static final int NAME_STEP = 8;
    private static final String CLAIM = "claim";
    private static final String IMPLIED = "implied";

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
        return Optional.of(LayerRecord.parse(name, text)
                .orElseThrow(() -> new IOException("layer record " + layout.digestFile(name)
                        + " is damaged; coffer images verify sets the layer aside")));
    }

    /** A new place to unpack a layer in. */
    public LayerStaging stage() throws IOException {
        return LayerStaging.create(layout.staging());
    }

    /** The place to unpack this layer in; empty as long as somebody else, of any process, is doing that. */
    public Optional<LayerStaging> stage(Digest diffId) throws IOException {
        return LayerStaging.create(layout.staging(), diffId.hex());
    }

    /** One layer that is ready to get its name: its files, and what {@link #commit} tells of them. */
    public record Unpacked(LayerStaging staging, Digest diffId, long bytes, List<PathBytes> implied, OptionalLong sum) {
        public Unpacked {
            implied = List.copyOf(implied);
        }
    }

    /**
     * Gives unpacked layers their names, after everything of them is on the disk: the file system is written once for all
     * of them. If another pull was faster, its equal layer is used and the staging's own is left to be removed.
     *
     * <p>Of each, {@code bytes} is for the books, {@code implied} for {@link #implied}.
     */
    public List<StoredLayer> commit(List<Unpacked> layers) throws IOException {
        if (layers.isEmpty()) {
            return List.of();
        }
        for (Unpacked layer : layers) {
            layer.staging().newFile(CLAIM, utf8(LayerRecord.format(layer)));
            if (!layer.implied().isEmpty()) {
                layer.staging().newFile(IMPLIED, PathList.format(layer.implied()));
            }
        }
        layers.get(0).staging().directory().syncFileSystem();
        List<StoredLayer> stored = new ArrayList<>();
        for (Unpacked layer : layers) {
            stored.add(place(layer));
        }
        syncDirectory(layout.layers());
        return stored;
    }

    private StoredLayer place(Unpacked unpacked) throws IOException {
        LayerStaging staging = unpacked.staging();
        StoredLayer layer = claimName(staging.path().resolve(CLAIM), unpacked.diffId());
        if (!unpacked.implied().isEmpty()) {
            Files.move(
                    staging.path().resolve(IMPLIED), layout.impliedFile(layer.name()), StandardCopyOption.ATOMIC_MOVE);
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
        return layer;
    }

    private StoredLayer claimName(Path claim, Digest diffId) throws IOException {
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
    private static void linkUnlessTaken(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (FileAlreadyExistsException taken) {
            return; // whoever was faster has it; the caller looks who that is
        }
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

    /** Whether an image found before, and each of its layers, is still here. */
    public boolean has(StoredImage image) {
        return Files.exists(layout.record(image.reference()))
                && image.layers().stream().allMatch(name -> Files.isDirectory(layout.layer(name)));
    }

    /** Whether a layer found before is still here. */
    public boolean has(StoredLayer layer) {
        return Files.isDirectory(layout.layer(layer.name()));
    }

    /** Puts a damaged layer aside; images that have it count as missing from now on. */
    public void quarantine(String layer) throws IOException {
        Files.createDirectories(layout.quarantine());
        try (OpenDirectory lock = change()) {
            int number = 0;
            while (Files.exists(layout.quarantine().resolve(layer + "." + number))) {
                number++;
            }
            Files.move(
                    layout.layer(layer),
                    layout.quarantine().resolve(layer + "." + number),
                    StandardCopyOption.ATOMIC_MOVE);
            Files.deleteIfExists(layout.impliedFile(layer));
            Files.deleteIfExists(layout.digestFile(layer));
        }
    }

    /** What is known of a layer; empty if its record is missing or damaged. */
    public Optional<StoredLayer> recordOf(String layer) throws IOException {
        try {
            return LayerRecord.parse(layer, Files.readString(layout.digestFile(layer)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** As long as it is open, no layer and no image disappears. Short: whoever removes something waits for it. */
    public OpenDirectory use() throws IOException {
        return locked(true);
    }

    /** As long as it is open, nobody uses or records anything. */
    OpenDirectory change() throws IOException {
        return locked(false);
    }

    private OpenDirectory locked(boolean shared) throws IOException {
        OpenDirectory root = OpenDirectory.open(layout.root());
        try {
            root.lock(shared);
            return root;
        } catch (ErrnoException e) {
            root.close();
            throw e;
        }
    }

    /** Notes that an image is used now; the one that was not for the longest time is the first to go. */
    public void touch(StoredImage image) throws IOException {
        Files.setLastModifiedTime(layout.record(image.reference()), FileTime.fromMillis(System.currentTimeMillis()));
    }

    /** Makes an image known, or replaces what its reference meant before. Its layers must have been committed. */
    public void record(StoredImage image) throws IOException {
        try (LayerStaging staging = stage()) {
            Path written = staging.newDurableFile("record", utf8(ImageRecord.format(image)));
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
