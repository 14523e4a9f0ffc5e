package dev.coffer.image.backend;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageFiles;
import dev.coffer.image.store.LayerStack;
import dev.coffer.image.store.StoreLayout;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.OpenFile;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads files through a stack of layers as overlayfs would show them. Symlinks are not followed.
 */
final class LayeredFiles implements ImageFiles {
    private final String image;
    private final StoreLayout layout;
    private final List<String> newestFirst;

    LayeredFiles(String image, StoreLayout layout, List<String> newestFirst) {
        this.image = image;
        this.layout = layout;
        this.newestFirst = List.copyOf(newestFirst);
    }

    @Override
    public Optional<byte[]> read(String path, int maxBytes) {
        PathBytes bytes = PathBytes.of(path);
        try (LayerStack stack = new LayerStack(layout, newestFirst)) {
            return read(stack.directory(bytes.parent()), bytes.name(), path, maxBytes);
        } catch (LayerStack.NotADirectoryException e) {
            throw refused(path, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new ImageException(
                    Fault.INTERNAL, "cannot read /" + path + " of image " + image + ": " + e.getMessage(), e);
        }
    }

    private Optional<byte[]> read(List<LayerStack.Part> level, PathBytes name, String path, int maxBytes)
            throws IOException {
        for (LayerStack.Part part : level) {
            OpenDirectory layer = part.directory();
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
