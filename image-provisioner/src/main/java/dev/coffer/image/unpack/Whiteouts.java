package dev.coffer.image.unpack;

import dev.coffer.image.InvalidImageException;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.util.Optional;

/**
 * How a layer says that something of the layers below is gone: in tars as {@code .wh.} names, on disk as overlayfs wants
 * it.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts">OCI whiteouts</a>
 * @see <a href="https://docs.kernel.org/filesystems/overlayfs.html#whiteouts-and-opaque-directories">overlayfs
 *     whiteouts</a>
 */
final class Whiteouts {
    static final PathBytes OPAQUE_XATTR = PathBytes.of("trusted.overlay.opaque");

    private static final PathBytes PREFIX = PathBytes.of(".wh.");
    private static final PathBytes META_PREFIX = PathBytes.of(".wh..wh.");
    private static final PathBytes OPAQUE = PathBytes.of(".wh..wh..opq");
    private static final byte[] YES = {'y'};

    private Whiteouts() {}

    /** What a name says. */
    enum Kind {
        NONE,
        HIDES_NAME,
        HIDES_DIRECTORY_CONTENT,
        /** Left by aufs for itself. */
        META
    }

    static Kind kindOf(PathBytes entry, PathBytes path) throws InvalidImageException {
        PathBytes name = path.name();
        if (!name.startsWith(PREFIX)) {
            return Kind.NONE;
        }
        if (name.equals(OPAQUE)) {
            return Kind.HIDES_DIRECTORY_CONTENT;
        }
        if (name.startsWith(META_PREFIX)) {
            return Kind.META;
        }
        if (!hidden(name).isSingleName()) {
            throw EntryGuard.refused(entry, "the whiteout names no file");
        }
        return Kind.HIDES_NAME;
    }

    /** The name that a whiteout hides. */
    static PathBytes hidden(PathBytes name) {
        return name.from(PREFIX.length());
    }

    /** Hides {@code name} of the layers below; what this layer itself has of that name stays visible. */
    static void hide(OpenDirectory directory, PathBytes name) throws ErrnoException {
        Optional<FileStatus> existing = directory.status(name);
        if (existing.isEmpty()) {
            directory.makeNode(name, FileStatus.CHARACTER_DEVICE, 0, 0);
        } else if (existing.get().isDirectory()) {
            try (OpenDirectory own = directory.openChild(name)) {
                makeOpaque(own);
            }
        }
    }

    static void makeOpaque(OpenDirectory directory) throws ErrnoException {
        directory.setXattr(OPAQUE_XATTR, YES);
    }
}
