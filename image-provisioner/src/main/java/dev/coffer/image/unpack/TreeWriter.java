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
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32;

/**
 * Writes the entries of one layer below a directory. Confined to one thread.
 *
 * <p>A later entry replaces an earlier one of the same name. Nothing outside the directory can be reached: every name is
 * resolved beneath it, and what is on the way is checked by the kernel at that moment.
 */
final class TreeWriter implements AutoCloseable {
    private static final int MAX_PIECE = 1 << 20;

    private final ImpliedPaths implied = new ImpliedPaths();
    private final DirectoryStack parent;
    private final OpenDirectory root;
    private final UnpackBudget budget;
    private final CreationDefaults defaults = CreationDefaults.ofThisProcess();
    private final CRC32 checksum = new CRC32();
    private boolean inheritsAccess;
    private long sum;
    private boolean sumIsKnown = true;

    /** Writes below {@code root}, which stays the caller's. */
    TreeWriter(OpenDirectory root, UnpackBudget budget) throws ErrnoException {
        this.root = root;
        this.parent = new DirectoryStack(root, implied);
        this.budget = budget;
        this.inheritsAccess = root.xattr(Attributes.DEFAULT_ACCESS).isPresent();
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
        parent.leaveAll();
    }

    /** Directories of the layer that no entry described. */
    List<PathBytes> implied() {
        return implied.toList();
    }

    /** As {@link FileSums} computes it; empty if entries replaced others or left holes. */
    OptionalLong sum() {
        return sumIsKnown ? OptionalLong.of(sum) : OptionalLong.empty();
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
                writeDirectory(directory, path, entry);
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
        parent.enter(PathBytes.EMPTY);
        attributes(entry).applyTo(root);
        parent.describe(entry);
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
        Attributes attributes = attributes(entry);
        try (OpenFile file = createFile(directory, name, attributes.creationMode())) {
            if (entry.isSparse()) {
                for (TarEntry.Extent extent : entry.extents()) {
                    file.seek(extent.offset());
                    copy(tar, file, extent.length());
                }
                file.truncate(entry.realSize());
                sumIsKnown = false;
            } else {
                checksum.reset();
                copy(tar, file, entry.size());
                sum += FileSums.of(entry.size(), checksum.getValue());
            }
            attributes.completeNew(file);
        }
    }

    /** What of an entry has to be set on a file that was made for it in the directory entered last. */
    private Attributes attributes(TarEntry entry) {
        inheritsAccess |= entry.xattrs().containsKey(Attributes.DEFAULT_ACCESS);
        boolean asAsked = !inheritsAccess && !parent.givesGroup();
        return new Attributes(entry, asAsked ? defaults : CreationDefaults.UNKNOWN);
    }

    private OpenFile createFile(OpenDirectory directory, PathBytes name, int mode) throws ErrnoException {
        try {
            return directory.createFile(name, mode);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
        }
        sumIsKnown = false;
        Trees.remove(directory, name);
        return directory.createFile(name, mode);
    }

    private void copy(TarReader tar, OpenFile file, long length) throws IOException {
        long left = length;
        while (left > 0) {
            ByteBuffer piece = tar.data((int) Math.min(left, MAX_PIECE));
            if (!piece.hasRemaining()) {
                throw new IllegalStateException("sparse map was not verified");
            }
            left -= piece.remaining();
            checksum.update(piece.duplicate());
            file.write(piece);
        }
    }

    private void writeDirectory(OpenDirectory directory, PathBytes path, TarEntry entry) throws IOException {
        PathBytes name = path.name();
        Attributes attributes = attributes(entry);
        boolean replacesWhiteout = false;
        boolean made = true;
        try {
            directory.makeDirectory(name, attributes.creationMode());
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            FileStatus existing = directory.status(name).orElseThrow();
            made = !existing.isDirectory();
            if (made) {
                replacesWhiteout = existing.isOverlayWhiteout();
                sumIsKnown &= replacesWhiteout;
                directory.removeFile(name);
                directory.makeDirectory(name, attributes.creationMode());
            }
        }
        if (!made || !parent.hasRoom()) {
            try (OpenDirectory existing = directory.openChild(name)) {
                attributes.applyTo(existing);
            }
            return;
        }
        OpenDirectory entered = parent.enterNew(path, entry);
        if (replacesWhiteout) {
            Whiteouts.makeOpaque(entered); // the layer removes the old directory and brings a new one
        }
        attributes.completeNewDirectory(entered);
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
            replacing(directory, path.name(), () -> directory.link(from, target.name(), path.name()));
        }
    }

    private void writeSymlink(OpenDirectory directory, PathBytes name, TarEntry entry) throws IOException {
        if (entry.linkName().isEmpty() || entry.linkName().length() >= 4096) {
            throw EntryGuard.refused(entry.name(), "its target must have 1 to 4095 bytes");
        }
        replacing(directory, name, () -> directory.makeSymlink(name, entry.linkName()));
        attributes(entry).applyTo(directory, name);
    }

    private void writeNode(OpenDirectory directory, PathBytes name, TarEntry entry, int type) throws IOException {
        int major = entry.device().major();
        int minor = entry.device().minor();
        if (type == FileStatus.CHARACTER_DEVICE && major == 0 && minor == 0) {
            throw EntryGuard.refused(entry.name(), "a character device 0:0 would hide a file of the layers below");
        }
        replacing(directory, name, () -> directory.makeNode(name, type | 0600, major, minor));
        attributes(entry).applyTo(directory, name);
    }

    private interface Creation {
        void make() throws ErrnoException;
    }

    /** A later entry replaces an earlier one, which is rare. */
    private void replacing(OpenDirectory directory, PathBytes name, Creation creation) throws ErrnoException {
        try {
            creation.make();
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST)) {
                throw e;
            }
            sumIsKnown = false;
            Trees.remove(directory, name);
            creation.make();
        }
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
