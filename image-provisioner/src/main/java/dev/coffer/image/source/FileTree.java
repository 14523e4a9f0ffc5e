package dev.coffer.image.source;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Named files that can be opened in any order: a directory, or a tar. Thread-safe. */
interface FileTree extends Closeable {
    /**
     * Opens a regular file.
     *
     * @throws NoSuchFileException if there is none of this name
     */
    InputStream open(String name) throws IOException;

    boolean exists(String name) throws IOException;

    /** Reads a document whole. */
    default byte[] read(String name, int maxBytes) throws IOException {
        try (InputStream in = open(name)) {
            byte[] content = in.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new InvalidImageException(
                        "'" + name + "' has more than " + maxBytes + " bytes; that is no image document");
            }
            return content;
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new InvalidImageException("'" + name + "' is missing", e);
        }
    }

    /** The files below a directory of the host. */
    static FileTree ofDirectory(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            String cause = Files.exists(root) ? "is not a directory" : "does not exist";
            throw new InvalidImageException(Fault.USER_SPEC, "'" + root + "' " + cause);
        }
        return new FileTree() {
            @Override
            public InputStream open(String name) throws IOException {
                if (!exists(name)) {
                    throw new NoSuchFileException(name);
                }
                return Files.newInputStream(root.resolve(name));
            }

            @Override
            public boolean exists(String name) {
                return Files.isRegularFile(root.resolve(name)); // a fifo would never end
            }

            @Override
            public void close() {}
        };
    }
}
