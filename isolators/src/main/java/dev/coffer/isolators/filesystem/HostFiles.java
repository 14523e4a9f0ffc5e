package dev.coffer.isolators.filesystem;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Files of the host's own root. The whole host is trusted, so symlinks are followed; size and type are not. */
record HostFiles(Path root) implements ImageFiles {
    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
        Path file = root.resolve(path);
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(root) || !Files.isRegularFile(real)) {
                throw refused(file, "it is not a regular file");
            }
            return Optional.of(content(real, maxBytes));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ImageException(Fault.HOST_SETUP, "cannot read file '" + file + "': " + e, e);
        }
    }

    private static byte[] content(Path file, int maxBytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw refused(file, "it has more than " + maxBytes + " bytes");
            }
            return content;
        }
    }

    private static ImageException refused(Path file, String cause) {
        return new ImageException(Fault.USER_SPEC, "cannot read file '" + file + "': " + cause);
    }
}
