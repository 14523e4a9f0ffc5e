package dev.coffer.container;

import java.util.Optional;

/** Reads small files of a root file system as the container would see them, before anything is mounted. */
@FunctionalInterface
public interface ImageFiles {
    /**
     * Reads one file whole.
     *
     * @param path relative to the root, such as {@code etc/passwd}
     * @param maxBytes a larger file is refused
     * @return the content, or empty if there is no such file
     * @throws ContainerException.ImageException if it is not a regular file beneath the root, or is
     *     too large
     */
    Optional<byte[]> read(String path, int maxBytes);
}
