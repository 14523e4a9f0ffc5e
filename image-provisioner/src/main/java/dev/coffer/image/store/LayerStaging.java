package dev.coffer.image.store;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.OpenFile;
import dev.coffer.linux.fs.PathBytes;
import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A place to unpack one layer in. Locked as long as it is open, so that a sweep in another process leaves it alone;
 * closing removes what was not committed.
 */
public final class LayerStaging implements AutoCloseable {
    private static final int ATTEMPTS = 20;
    private static final PathBytes TREE = PathBytes.of(StoreLayout.TREE);

    private final Path path;
    private final OpenDirectory directory;

    private LayerStaging(Path path, OpenDirectory directory) {
        this.path = path;
        this.directory = directory;
    }

    static LayerStaging create(Path staging) throws IOException {
        try (OpenDirectory parent = OpenDirectory.open(staging)) {
            for (int i = 0; i < ATTEMPTS; i++) {
                byte[] random = new byte[8];
                ThreadLocalRandom.current().nextBytes(random);
                String name = HexFormat.of().formatHex(random);
                Optional<OpenDirectory> made = makeLocked(parent, PathBytes.of(name));
                if (made.isPresent()) {
                    made.get().makeDirectory(TREE, 0755);
                    return new LayerStaging(staging.resolve(name), made.get());
                }
            }
        }
        throw new IOException("staging directories in " + staging + " vanish as soon as they are made");
    }

    /** Between making and locking it, a sweep may have taken the directory for a stale one. */
    private static Optional<OpenDirectory> makeLocked(OpenDirectory parent, PathBytes name) throws ErrnoException {
        parent.makeDirectory(name, 0700);
        OpenDirectory made;
        try {
            made = parent.openChild(name);
        } catch (ErrnoException swept) {
            return Optional.empty();
        }
        boolean ours = made.tryLock()
                && parent.status(name).filter(made.status()::isSameFile).isPresent();
        if (!ours) {
            made.close();
            return Optional.empty();
        }
        return Optional.of(made);
    }

    /** The root of the layer; the caller closes it. */
    public OpenDirectory openTree() throws ErrnoException {
        return directory.openChild(TREE);
    }

    /** A file of the staging directory, durable, to be moved or linked to where it belongs. */
    Path newFile(String name, byte[] bytes) throws IOException {
        try (OpenFile file = directory.createFile(PathBytes.of(name), 0644)) {
            file.write(bytes, 0, bytes.length);
            file.sync();
        }
        return path.resolve(name);
    }

    Path tree() {
        return path.resolve(StoreLayout.TREE);
    }

    OpenDirectory directory() {
        return directory;
    }

    /**
     * Removes what is still there.
     *
     * @throws IOException naming what could not be removed; a later sweep tries again
     */
    @Override
    public void close() throws IOException {
        try (directory) {
            Trees.remove(path);
        }
    }
}
