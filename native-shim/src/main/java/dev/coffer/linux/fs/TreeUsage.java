package dev.coffer.linux.fs;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileCalls.DirectoryEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Adds up the disk space of a tree that somebody may change meanwhile. One open descriptor per level, so that a directory
 * that is moved away cannot lead the walk elsewhere.
 */
final class TreeUsage implements AutoCloseable {
    /** More than a path can name; whoever nests deeper wants to hide something. */
    private static final int MAX_DEPTH = 1_000;
    /** {@code stx_blocks} counts in these. */
    private static final long BLOCK = 512;

    private final FileCalls calls;
    private final Deque<Level> levels = new ArrayDeque<>();
    private final Set<Long> linked = new HashSet<>();
    private long device;
    private long bytes;

    private record Level(int descriptor, Deque<PathBytes> directories) {}

    TreeUsage(FileCalls calls) {
        this.calls = calls;
    }

    /**
     * Bytes that everything below {@code path} takes, and the directory itself.
     *
     * @throws ErrnoException {@code ENAMETOOLONG} if directories are nested too deeply
     */
    long of(PathBytes path) throws ErrnoException {
        int root = calls.openDirectory(path);
        device = calls.status(root, PathBytes.EMPTY).device();
        enter(root);
        while (!levels.isEmpty()) {
            Level level = levels.element();
            PathBytes next = level.directories().poll();
            if (next == null) {
                calls.close(levels.pop().descriptor());
            } else {
                descend(level, next);
            }
        }
        return bytes;
    }

    private void descend(Level level, PathBytes name) throws ErrnoException {
        if (levels.size() >= MAX_DEPTH) {
            throw new ErrnoException("openat(" + name + ") below " + MAX_DEPTH + " directories", Errno.ENAMETOOLONG);
        }
        try {
            enter(calls.openChildDirectory(level.descriptor(), name));
        } catch (ErrnoException e) {
            ignoreIfGone(e);
        }
    }

    /** Another file system below is a mount of the host, which is not the task's. */
    private void enter(int descriptor) throws ErrnoException {
        FileStatus own = calls.status(descriptor, PathBytes.EMPTY);
        if (own.device() != device) {
            calls.close(descriptor);
            return;
        }
        Level level = new Level(descriptor, new ArrayDeque<>());
        levels.push(level);
        bytes += own.blocks() * BLOCK;
        List<DirectoryEntry> entries = new ArrayList<>();
        for (List<DirectoryEntry> part = calls.readEntries(descriptor);
                !part.isEmpty();
                part = calls.readEntries(descriptor)) {
            entries.addAll(part);
        }
        for (DirectoryEntry entry : entries) {
            add(level, entry.name());
        }
    }

    private void add(Level level, PathBytes name) throws ErrnoException {
        try {
            FileStatus status = calls.status(level.descriptor(), name);
            if (status.isDirectory()) {
                level.directories().add(name);
            } else if (status.links() == 1 || linked.add(status.inode())) {
                bytes += status.blocks() * BLOCK;
            }
        } catch (ErrnoException e) {
            ignoreIfGone(e);
        }
    }

    private static void ignoreIfGone(ErrnoException e) throws ErrnoException {
        if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR) && !e.is(Errno.ELOOP)) {
            throw e;
        }
    }

    @Override
    public void close() {
        levels.forEach(level -> calls.close(level.descriptor()));
        levels.clear();
    }
}
