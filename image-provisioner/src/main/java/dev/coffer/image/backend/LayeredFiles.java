package dev.coffer.image.backend;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageFiles;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.OpenFile;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads files through a stack of layers as overlayfs would show them. Symlinks are not followed.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">overlayfs</a>
 */
final class LayeredFiles implements ImageFiles {
    private static final PathBytes OPAQUE = PathBytes.of("trusted.overlay.opaque");

    private final String image;
    private final Path layers;
    private final List<String> newestFirst;

    LayeredFiles(String image, Path layers, List<String> newestFirst) {
        this.image = image;
        this.layers = layers;
        this.newestFirst = List.copyOf(newestFirst);
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
        List<OpenDirectory> opened = new ArrayList<>();
        try {
            List<OpenDirectory> level = new ArrayList<>();
            for (String layer : newestFirst) {
                level.add(keep(opened, OpenDirectory.open(layers.resolve(layer))));
            }
            List<PathBytes> names = names(path);
            for (PathBytes directory : names.subList(0, names.size() - 1)) {
                level = descend(level, directory, path, opened);
            }
            return read(level, names.get(names.size() - 1), path, maxBytes);
        } catch (IOException e) {
            throw new ImageException(
                    Fault.INTERNAL, "cannot read /" + path + " of image " + image + ": " + e.getMessage(), e);
        } finally {
            opened.forEach(OpenDirectory::close);
        }
    }

    private static OpenDirectory keep(List<OpenDirectory> opened, OpenDirectory directory) {
        opened.add(directory);
        return directory;
    }

    private static List<PathBytes> names(String path) {
        List<PathBytes> names = new ArrayList<>();
        int from = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', from)) {
            names.add(PathBytes.of(path.substring(from, slash)));
            from = slash + 1;
        }
        names.add(PathBytes.of(path.substring(from)));
        return names;
    }

    /** The directories that merge into one, newest first; empty if there is none of that name. */
    private List<OpenDirectory> descend(
            List<OpenDirectory> level, PathBytes name, String path, List<OpenDirectory> opened) throws IOException {
        List<OpenDirectory> merged = new ArrayList<>();
        for (OpenDirectory layer : level) {
            Optional<FileStatus> status = layer.status(name);
            if (status.isEmpty()) {
                continue;
            }
            if (!status.get().isDirectory()) {
                if (merged.isEmpty() && !status.get().isOverlayWhiteout()) {
                    throw refused(path, "'" + name + "' is not a directory");
                }
                break;
            }
            OpenDirectory directory = keep(opened, layer.openChild(name));
            merged.add(directory);
            if (directory.xattr(OPAQUE).isPresent()) {
                break;
            }
        }
        return merged;
    }

    private Optional<byte[]> read(List<OpenDirectory> level, PathBytes name, String path, int maxBytes)
            throws IOException {
        for (OpenDirectory layer : level) {
            Optional<FileStatus> status = layer.status(name);
            if (status.isEmpty()) {
                continue;
            }
            if (status.get().isOverlayWhiteout()) {
                return Optional.empty();
            }
            if (!status.get().isRegular()) {
                throw refused(path, "it is not a regular file");
            }
            if (status.get().size() > maxBytes) {
                throw refused(path, "it has " + status.get().size() + " bytes; at most " + maxBytes + " are accepted");
            }
            try (OpenFile file = layer.openFile(name)) {
                return Optional.of(content(file, (int) status.get().size()));
            }
        }
        return Optional.empty();
    }

    private static byte[] content(OpenFile file, int size) throws IOException {
        byte[] content = new byte[size];
        int done = 0;
        while (done < size) {
            int count = file.read(content, done, size - done);
            if (count == 0) {
                return Arrays.copyOf(content, done);
            }
            done += count;
        }
        return content;
    }

    private ImageException refused(String path, String cause) {
        return new ImageException(Fault.USER_SPEC, "cannot read /" + path + " of image " + image + ": " + cause);
    }
}
