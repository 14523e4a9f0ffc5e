package dev.coffer.image.store;

import dev.coffer.linux.Errno;
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

    /** A place of any name. */
    static LayerStaging create(Path staging) throws IOException {
        for (int i = 0; i < ATTEMPTS; i++) {
            byte[] random = new byte[8];
            ThreadLocalRandom.current().nextBytes(random);
            Optional<LayerStaging> made = create(staging, HexFormat.of().formatHex(random));
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw new IOException("staging directories in " + staging + " vanish as soon as they are made");
    }

    /**
     * The place of this name, emptied if a process that has died left it; nothing if somebody works there, in this
     * process or another.
     */
    static Optional<LayerStaging> create(Path staging, String name) throws IOException {
        try (OpenDirectory parent = OpenDirectory.open(staging)) {
            Optional<OpenDirectory> made = makeLocked(parent, PathBytes.of(name));
            if (made.isEmpty()) {
                return Optional.empty();
            }
            OpenDirectory directory = made.get();
            try {
                for (PathBytes stale : directory.names()) {
                    Trees.remove(directory, stale);
                }
                directory.makeDirectory(TREE, 0755);
            } catch (ErrnoException e) {
                directory.close();
                throw e;
            }
            return Optional.of(new LayerStaging(staging.resolve(name), directory));
        }
    }

    /** Between making and locking it, a sweep may have taken the directory for a stale one. */
    private static Optional<OpenDirectory> makeLocked(OpenDirectory parent, PathBytes name) throws ErrnoException {
        try {
            parent.makeDirectory(name, 0700);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
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
    Path newDurableFile(String name, byte[] bytes) throws IOException {
        try (OpenFile file = directory.createFile(PathBytes.of(name), 0644)) {
            file.write(bytes, 0, bytes.length);
            file.sync();
        }
        return path.resolve(name);
    }

    /** The same, durable only after the file system was written to the disk. */
    Path newFile(String name, byte[] bytes) throws IOException {
        try (OpenFile file = directory.createFile(PathBytes.of(name), 0644)) {
            file.write(bytes, 0, bytes.length);
        }
        return path.resolve(name);
    }

    Path path() {
        return path;
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
