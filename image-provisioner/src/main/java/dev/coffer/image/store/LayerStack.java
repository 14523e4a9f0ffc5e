package dev.coffer.image.store;

import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Looks into a stack of layers as overlayfs would merge it, without mounting it. Symlinks are not followed. Confined to
 * one thread; what it opens stays open until it is closed.
 *
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html">overlayfs</a>
 */
public final class LayerStack implements AutoCloseable {
    /** The mark of a directory that hides the directories of its name below. */
    public static final PathBytes OPAQUE = PathBytes.of("trusted.overlay.opaque");

    private final List<OpenDirectory> opened = new ArrayList<>();
    private final List<Part> roots = new ArrayList<>();

    /** What one layer contributes to a merged directory. */
    public record Part(String layer, OpenDirectory directory) {}

    /** A stack of layers by their names in the store. */
    public LayerStack(StoreLayout layout, List<String> newestFirst) throws IOException {
        try {
            for (String layer : newestFirst) {
                roots.add(new Part(layer, keep(OpenDirectory.open(layout.layer(layer)))));
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * The directories that merge into one, newest first; none if nothing of that name is visible.
     *
     * @throws NotADirectoryException if the path leads through something else
     */
    public List<Part> directory(PathBytes path) throws IOException {
        List<Part> level = roots;
        int from = 0;
        while (from < path.length()) {
            int slash = from;
            while (slash < path.length() && path.at(slash) != '/') {
                slash++;
            }
            level = descend(level, PathBytes.of(path.toBytes(), from, slash));
            from = slash + 1;
        }
        return level;
    }

    private List<Part> descend(List<Part> level, PathBytes name) throws IOException {
        List<Part> merged = new ArrayList<>();
        for (Part part : level) {
            Optional<FileStatus> status = part.directory().status(name);
            if (status.isEmpty()) {
                continue;
            }
            if (!status.get().isDirectory()) {
                if (merged.isEmpty() && !status.get().isOverlayWhiteout()) {
                    throw new NotADirectoryException(name);
                }
                break;
            }
            OpenDirectory directory = keep(part.directory().openChild(name));
            merged.add(new Part(part.layer(), directory));
            if (directory.xattr(OPAQUE).isPresent()) {
                break;
            }
        }
        return merged;
    }

    /** A name on the way is something else. */
    public static final class NotADirectoryException extends IOException {
        private static final long serialVersionUID = 1L;

        NotADirectoryException(PathBytes name) {
            super("'" + name + "' is not a directory");
        }
    }

    private OpenDirectory keep(OpenDirectory directory) {
        opened.add(directory);
        return directory;
    }

    @Override
    public void close() {
        opened.forEach(OpenDirectory::close);
        opened.clear();
    }
}
