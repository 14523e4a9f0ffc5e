package dev.coffer.linux.fs;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.util.ArrayList;
import java.util.List;

/**
 * One recursive removal: a depth-first walk with its own stack.
 *
 * <p>Only the innermost {@value #MAX_OPEN} levels keep a descriptor. A level further out is opened again through
 * {@code ..} on the way back, and must then be the same directory as before.
 */
final class TreeRemoval implements AutoCloseable {
    private static final int MAX_OPEN = 64;
    private static final int MAX_SUBDIRECTORIES_PER_PASS = 1000;
    private static final int MAX_PASSES_WITHOUT_PROGRESS = 100;
    private static final byte DT_UNKNOWN = 0;
    private static final byte DT_DIR = 4;

    private final FileCalls calls;
    private final int top;
    private final List<Level> levels = new ArrayList<>();

    /** A directory that is being emptied. */
    private static final class Level {
        private final PathBytes name;
        private final FileStatus identity;
        private final List<PathBytes> subdirectories = new ArrayList<>();
        private int descriptor;
        private int refusals;
        boolean cleared;

        Level(PathBytes name, FileStatus identity, int descriptor) {
            this.name = name;
            this.identity = identity;
            this.descriptor = descriptor;
        }
    }

    /**
     * A removal inside the directory {@code top}, which stays the caller's.
     */
    TreeRemoval(FileCalls calls, int top) {
        this.calls = calls;
        this.top = top;
    }

    void remove(PathBytes name) throws ErrnoException {
        FileStatus parent = calls.status(top, PathBytes.EMPTY);
        FileStatus status;
        try {
            status = calls.status(top, name);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return;
            }
            throw e;
        }
        if (!status.isDirectory()) {
            removeFile(top, name);
            return;
        }
        descend(top, name, parent);
        while (!levels.isEmpty()) {
            Level level = levels.get(levels.size() - 1);
            if (!level.subdirectories.isEmpty()) {
                PathBytes next = level.subdirectories.remove(level.subdirectories.size() - 1);
                descend(level.descriptor, next, level.identity);
            } else if (level.cleared || !clearFiles(level)) {
                ascend();
            }
        }
    }

    /** Opens a directory as the new innermost level; nothing happens if it vanished or is a file by now. */
    private void descend(int directory, PathBytes name, FileStatus parent) throws ErrnoException {
        int descriptor;
        try {
            descriptor = calls.openChildDirectory(directory, name);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
                return;
            }
            throw e;
        }
        Level level;
        try {
            level = new Level(name, calls.status(descriptor, PathBytes.EMPTY), descriptor);
            if (!level.identity.isSameMount(parent)) {
                throw new ErrnoException("remove(" + pathOf(name) + "): a file system is mounted there", Errno.EXDEV);
            }
        } catch (ErrnoException e) {
            calls.close(descriptor);
            throw e;
        }
        levels.add(level);
        if (levels.size() > MAX_OPEN) {
            Level outer = levels.get(levels.size() - 1 - MAX_OPEN);
            if (outer.descriptor >= 0) {
                calls.close(outer.descriptor);
                outer.descriptor = -1;
            }
        }
    }

    /**
     * Removes the files of a directory and collects its subdirectories.
     *
     * @return whether there may be more to do in it
     */
    private boolean clearFiles(Level level) throws ErrnoException {
        calls.seek(level.descriptor, 0);
        while (level.subdirectories.size() < MAX_SUBDIRECTORIES_PER_PASS) {
            List<FileCalls.DirectoryEntry> entries = calls.readEntries(level.descriptor);
            if (entries.isEmpty()) {
                level.cleared = true; // look again only if the kernel says that it is not empty
                break;
            }
            for (FileCalls.DirectoryEntry entry : entries) {
                if (isDirectory(level, entry)) {
                    level.subdirectories.add(entry.name());
                } else {
                    removeFile(level.descriptor, entry.name());
                }
            }
        }
        return !level.subdirectories.isEmpty();
    }

    private boolean isDirectory(Level level, FileCalls.DirectoryEntry entry) throws ErrnoException {
        if (entry.type() != DT_UNKNOWN) {
            return entry.type() == DT_DIR;
        }
        try {
            return calls.status(level.descriptor, entry.name()).isDirectory();
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /** Leaves the innermost level, which is empty as far as we saw, and removes it from the one around it. */
    private void ascend() throws ErrnoException {
        Level done = levels.get(levels.size() - 1);
        int outer = levels.size() == 1 ? top : outerDescriptor(levels.get(levels.size() - 2), done);
        try {
            removeDirectory(outer, done);
        } catch (ErrnoException e) {
            boolean filledAgain = e.is(Errno.ENOTEMPTY);
            if (filledAgain && ++done.refusals < MAX_PASSES_WITHOUT_PROGRESS) {
                done.cleared = false;
                return;
            }
            throw e;
        }
        levels.remove(levels.size() - 1);
        calls.close(done.descriptor);
    }

    private void removeDirectory(int outer, Level done) throws ErrnoException {
        try {
            calls.removeDirectory(outer, done.name);
        } catch (ErrnoException e) {
            if (e.is(Errno.EPERM) && clearImmutable(outer, done.name)) {
                calls.removeDirectory(outer, done.name);
            } else if (!e.is(Errno.ENOENT)) {
                throw e.is(Errno.EBUSY) ? busy(done.name) : e;
            }
        }
    }

    private int outerDescriptor(Level outer, Level inner) throws ErrnoException {
        if (outer.descriptor < 0) {
            int descriptor = calls.openParent(inner.descriptor);
            if (!calls.status(descriptor, PathBytes.EMPTY).isSameFile(outer.identity)) {
                calls.close(descriptor);
                throw new ErrnoException("remove(" + pathOf(PathBytes.EMPTY) + "): moved meanwhile", Errno.EXDEV);
            }
            outer.descriptor = descriptor;
        }
        return outer.descriptor;
    }

    private void removeFile(int directory, PathBytes name) throws ErrnoException {
        try {
            calls.removeFile(directory, name);
        } catch (ErrnoException e) {
            if (e.is(Errno.EPERM) && clearImmutable(directory, name)) {
                calls.removeFile(directory, name);
            } else if (e.is(Errno.EBUSY)) {
                throw busy(name);
            } else if (!e.is(Errno.ENOENT) && !e.is(Errno.EISDIR)) { // a directory by now: the next pass finds it
                throw e;
            }
        }
    }

    private ErrnoException busy(PathBytes name) {
        return new ErrnoException("remove(" + pathOf(name) + "): something is mounted there or uses it", Errno.EBUSY);
    }

    /** Clears it on the entry and on the directory, for either stops a removal. */
    private boolean clearImmutable(int directory, PathBytes name) throws ErrnoException {
        boolean cleared = clearImmutable(directory);
        FileStatus status = calls.status(directory, name);
        if (!status.isRegular() && !status.isDirectory()) {
            return cleared;
        }
        int descriptor = calls.openFile(directory, name);
        try {
            return clearImmutable(descriptor) || cleared;
        } finally {
            calls.close(descriptor);
        }
    }

    /** A file system without attributes, or a kernel that refuses, leaves the removal's own error to be reported. */
    private boolean clearImmutable(int descriptor) {
        try {
            return calls.clearImmutable(descriptor);
        } catch (ErrnoException noAttributes) {
            return false;
        }
    }

    private PathBytes pathOf(PathBytes name) {
        PathBytes path = PathBytes.EMPTY;
        int from = Math.max(0, levels.size() - 20);
        for (Level level : levels.subList(from, levels.size())) {
            path = path.resolve(level.name);
        }
        return name.isEmpty() ? path : path.resolve(name);
    }

    @Override
    public void close() {
        for (Level level : levels) {
            if (level.descriptor >= 0) {
                calls.close(level.descriptor);
            }
        }
        levels.clear();
    }
}
