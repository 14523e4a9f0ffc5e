package dev.coffer.image.unpack;

import dev.coffer.image.tar.TarEntry;
import dev.coffer.image.tar.TarReader;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.OpenFile;
import dev.coffer.linux.fs.PathBytes;
import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Writes the entries of one layer below a directory. Confined to one thread.
 *
 * <p>A later entry replaces an earlier one of the same name. Nothing outside the directory can be reached: every name is
 * resolved beneath it, and what is on the way is checked by the kernel at that moment.
 */
final class TreeWriter implements AutoCloseable {
    private static final int NEW_DIRECTORY_MODE = 0755;

    private final ImpliedPaths implied = new ImpliedPaths();
    private final ParentDirectory parent;
    private final OpenDirectory root;
    private final UnpackBudget budget;
    private final byte[] buffer = new byte[64 * 1024];

    /** Writes below {@code root}, which stays the caller's. */
    TreeWriter(OpenDirectory root, UnpackBudget budget) {
        this.root = root;
        this.parent = new ParentDirectory(root, implied);
        this.budget = budget;
    }

    void writeAll(TarReader tar) throws IOException {
        for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            budget.takeEntry();
            try {
                write(entry.get(), tar);
            } catch (ErrnoException e) {
                throw explained(entry.get().name(), e);
            }
        }
        parent.leave();
    }

    /** Directories of the layer that no entry described. */
    List<PathBytes> implied() {
        return implied.toList();
    }

    private void write(TarEntry entry, TarReader tar) throws IOException {
        PathBytes path = EntryGuard.path(entry.name());
        if (path.isEmpty()) {
            writeRoot(entry);
            return;
        }
        Whiteouts.Kind whiteout = Whiteouts.kindOf(entry.name(), path);
        if (whiteout != Whiteouts.Kind.NONE) {
            writeWhiteout(entry, path, whiteout);
            return;
        }
        OpenDirectory directory = parent.enter(path.parent());
        PathBytes name = path.name();
        switch (entry.type()) {
            case REGULAR -> writeFile(directory, name, entry, tar);
            case DIRECTORY -> {
                writeDirectory(directory, name, entry);
                implied.describe(path);
            }
            case HARD_LINK -> writeHardLink(directory, path, entry);
            case SYMLINK -> writeSymlink(directory, name, entry);
            case CHARACTER_DEVICE -> writeNode(directory, name, entry, FileStatus.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> writeNode(directory, name, entry, FileStatus.BLOCK_DEVICE);
            case FIFO -> writeNode(directory, name, entry, FileStatus.FIFO);
        }
    }

    private void writeRoot(TarEntry entry) throws IOException {
        if (entry.type() != TarEntry.Type.DIRECTORY) {
            throw EntryGuard.refused(entry.name(), "the root must be a directory");
        }
        parent.leave();
        Attributes.of(entry).applyTo(root);
    }

    private void writeWhiteout(TarEntry entry, PathBytes path, Whiteouts.Kind kind) throws IOException {
        if (kind == Whiteouts.Kind.META) {
            return;
        }
        if (entry.type() != TarEntry.Type.REGULAR && entry.type() != TarEntry.Type.HARD_LINK) {
            throw EntryGuard.refused(entry.name(), "a whiteout must be a file");
        }
        OpenDirectory directory = parent.enter(path.parent());
        if (kind == Whiteouts.Kind.HIDES_NAME) {
            Whiteouts.hide(directory, Whiteouts.hidden(path.name()));
        } else {
            Whiteouts.makeOpaque(directory);
        }
    }

    private void writeFile(OpenDirectory directory, PathBytes name, TarEntry entry, TarReader tar) throws IOException {
        try (OpenFile file = createFile(directory, name)) {
            if (entry.isSparse()) {
                for (TarEntry.Extent extent : entry.extents()) {
                    file.seek(extent.offset());
                    copy(tar, file, extent.length());
                }
                file.truncate(entry.realSize());
            } else {
                copy(tar, file, entry.size());
            }
            Attributes.of(entry).applyTo(file);
        }
    }

    private static OpenFile createFile(OpenDirectory directory, PathBytes name) throws ErrnoException {
        try {
            return directory.createFile(name, 0600);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        Trees.remove(directory, name);
        return directory.createFile(name, 0600);
    }

    private void copy(TarReader tar, OpenFile file, long length) throws IOException {
        long left = length;
        while (left > 0) {
            int count = tar.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new IllegalStateException("sparse map was not verified");
            }
            file.write(buffer, 0, count);
            left -= count;
        }
    }

    private static void writeDirectory(OpenDirectory directory, PathBytes name, TarEntry entry) throws IOException {
        boolean replacesWhiteout = false;
        try {
            directory.makeDirectory(name, NEW_DIRECTORY_MODE);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            FileStatus existing = directory.status(name).orElseThrow();
            if (!existing.isDirectory()) {
                replacesWhiteout = existing.isOverlayWhiteout();
                directory.removeFile(name);
                directory.makeDirectory(name, NEW_DIRECTORY_MODE);
            }
        }
        try (OpenDirectory made = directory.openChild(name)) {
            if (replacesWhiteout) {
                Whiteouts.makeOpaque(made); // the layer removes the old directory and brings a new one
            }
            Attributes.of(entry).applyTo(made);
        }
    }

    private void writeHardLink(OpenDirectory directory, PathBytes path, TarEntry entry) throws IOException {
        PathBytes target = EntryGuard.path(entry.linkName());
        if (target.equals(path)) {
            throw EntryGuard.refused(entry.name(), "it is a hard link to itself");
        }
        if (target.isEmpty()) {
            throw EntryGuard.refused(entry.name(), "it is a hard link to a directory");
        }
        try (OpenDirectory from = root.openBeneath(target.parent())) {
            Optional<FileStatus> status = from.status(target.name());
            if (status.isEmpty() || status.get().isDirectory()) {
                String what = status.isEmpty() ? "which this layer does not have" : "which is a directory";
                throw EntryGuard.refused(entry.name(), "it is a hard link to '" + target + "', " + what);
            }
            if (directory.status(path.name()).isPresent()) {
                Trees.remove(directory, path.name());
            }
            directory.link(from, target.name(), path.name());
        }
    }

    private static void writeSymlink(OpenDirectory directory, PathBytes name, TarEntry entry) throws IOException {
        if (entry.linkName().isEmpty() || entry.linkName().length() >= 4096) {
            throw EntryGuard.refused(entry.name(), "its target must have 1 to 4095 bytes");
        }
        if (directory.status(name).isPresent()) {
            Trees.remove(directory, name);
        }
        directory.makeSymlink(name, entry.linkName());
        Attributes.of(entry).applyTo(directory, name);
    }

    private static void writeNode(OpenDirectory directory, PathBytes name, TarEntry entry, int type)
            throws IOException {
        int major = entry.device().major();
        int minor = entry.device().minor();
        if (type == FileStatus.CHARACTER_DEVICE && major == 0 && minor == 0) {
            throw EntryGuard.refused(entry.name(), "a character device 0:0 would hide a file of the layers below");
        }
        if (directory.status(name).isPresent()) {
            Trees.remove(directory, name);
        }
        directory.makeNode(name, type | 0600, major, minor);
        Attributes.of(entry).applyTo(directory, name);
    }

    /** Names the entry, and tells a hostile layer from a host that is out of something. */
    private static IOException explained(PathBytes entry, ErrnoException e) {
        return switch (e.errno()) {
            case Errno.EXDEV, Errno.ELOOP -> EntryGuard.refused(entry, "it leads outside the layer", e);
            case Errno.ENOTDIR, Errno.ENOENT ->
                EntryGuard.refused(entry, "what should be its parent directory is none", e);
            case Errno.ENAMETOOLONG, Errno.EEXIST, Errno.EISDIR, Errno.EINVAL, Errno.EFBIG, Errno.ERANGE ->
                EntryGuard.refused(entry, Errno.describe(e.errno()), e);
            default -> new IOException("entry '" + entry + "': " + e.getMessage(), e);
        };
    }

    @Override
    public void close() {
        parent.close();
    }
}
