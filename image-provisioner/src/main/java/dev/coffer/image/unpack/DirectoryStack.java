package dev.coffer.image.unpack;

import dev.coffer.image.tar.TarEntry;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The directory that entries are being written to and those above it, kept open because neighbours usually follow each
 * other.
 *
 * <p>Their times are put back when they are left, for writing an entry changes them. So nothing has to be remembered about
 * directories until the end, however many there are.
 */
final class DirectoryStack implements AutoCloseable {
    private static final int IMPLIED_MODE = 0755;
    private static final int MAX_OPEN = 48;
    private static final int SET_GROUP_ID = 02000;

    private final OpenDirectory root;
    private final ImpliedPaths implied;
    private final List<Level> levels = new ArrayList<>();

    /** One open directory; the times are those it will have. */
    private static final class Level {
        private final PathBytes path;
        private final OpenDirectory directory;
        private long modifiedSeconds;
        private int modifiedNanos;
        private boolean givesGroup;

        private Level(PathBytes path, OpenDirectory directory) {
            this.path = path;
            this.directory = directory;
        }

        private boolean holds(PathBytes other) {
            return path.isEmpty()
                    || (other.startsWith(path) && (other.length() == path.length() || other.at(path.length()) == '/'));
        }
    }

    /** Starts at {@code root}, which stays the caller's. */
    DirectoryStack(OpenDirectory root, ImpliedPaths implied) throws ErrnoException {
        this.root = root;
        this.implied = implied;
        push(new Level(PathBytes.EMPTY, root));
    }

    /** Opens a directory of the layer, made if no entry has made it yet. The result is valid until the next call. */
    OpenDirectory enter(PathBytes wanted) throws IOException {
        leaveUnlessAbove(wanted);
        Level top = top();
        if (top.path.length() == wanted.length()) {
            return top.directory;
        }
        if (levels.size() >= MAX_OPEN) {
            leaveUnlessAbove(PathBytes.EMPTY);
        }
        OpenDirectory opened = open(wanted);
        try {
            push(new Level(wanted, opened));
        } catch (ErrnoException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /** The directory entered last has just got a new one, which is entered in turn. */
    OpenDirectory enterNew(PathBytes path, TarEntry entry) throws ErrnoException {
        if (levels.size() >= MAX_OPEN) {
            throw new IllegalStateException("its parent is not the one entered last");
        }
        Level level = new Level(path, top().directory.openChild(path.name()));
        levels.add(level);
        describe(level, entry);
        return level.directory;
    }

    /** Whether there is room for {@link #enterNew}. */
    boolean hasRoom() {
        return levels.size() < MAX_OPEN;
    }

    /** What an entry says about the directory entered last. */
    void describe(TarEntry entry) {
        describe(top(), entry);
    }

    private static void describe(Level level, TarEntry entry) {
        level.modifiedSeconds = entry.modified().seconds();
        level.modifiedNanos = entry.modified().nanos();
        level.givesGroup = (entry.mode() & SET_GROUP_ID) != 0;
    }

    /** Whether what is made in the directory entered last takes its group from there. */
    boolean givesGroup() {
        return top().givesGroup;
    }

    private Level top() {
        return levels.get(levels.size() - 1);
    }

    private void push(Level level) throws ErrnoException {
        FileStatus status = level.directory.status();
        level.modifiedSeconds = status.modifiedSeconds();
        level.modifiedNanos = status.modifiedNanos();
        level.givesGroup = (status.mode() & SET_GROUP_ID) != 0;
        levels.add(level);
    }

    private void leaveUnlessAbove(PathBytes wanted) throws ErrnoException {
        while (levels.size() > 1 && !top().holds(wanted)) {
            leaveTop();
        }
    }

    private void leaveTop() throws ErrnoException {
        Level level = levels.remove(levels.size() - 1);
        try {
            level.directory.setTimes(level.modifiedSeconds, level.modifiedNanos);
        } finally {
            level.directory.close();
        }
    }

    private OpenDirectory open(PathBytes wanted) throws IOException {
        try {
            return root.openBeneath(wanted);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
                throw e;
            }
        }
        // one level at a time from the top; a name that is there but is no directory ends it with the kernel's reason
        leaveUnlessAbove(PathBytes.EMPTY);
        for (int slash = nextSlash(wanted, 0); ; slash = nextSlash(wanted, slash + 1)) {
            PathBytes prefix = PathBytes.of(wanted.toBytes(), 0, slash);
            make(prefix);
            if (slash == wanted.length()) {
                return root.openBeneath(wanted);
            }
        }
    }

    private void make(PathBytes prefix) throws IOException {
        try (OpenDirectory parent = root.openBeneath(prefix.parent())) {
            Optional<FileStatus> existing = parent.status(prefix.name());
            boolean whiteout = existing.filter(FileStatus::isOverlayWhiteout).isPresent();
            if (existing.isPresent() && !whiteout) {
                return;
            }
            FileStatus before = parent.status();
            implied.add(prefix);
            if (whiteout) {
                parent.removeFile(prefix.name());
            }
            parent.makeDirectory(prefix.name(), IMPLIED_MODE);
            try (OpenDirectory made = parent.openChild(prefix.name())) {
                made.chown(0, 0);
                made.chmod(IMPLIED_MODE);
                if (whiteout) {
                    Whiteouts.makeOpaque(made);
                }
            }
            parent.setTimes(before.modifiedSeconds(), before.modifiedNanos());
        }
    }

    private static int nextSlash(PathBytes path, int from) {
        int at = from;
        while (at < path.length() && path.at(at) != '/') {
            at++;
        }
        return at;
    }

    /** Puts all times back and closes all but the root. */
    void leaveAll() throws ErrnoException {
        leaveUnlessAbove(PathBytes.EMPTY);
        while (levels.size() > 1) {
            leaveTop();
        }
        root.setTimes(top().modifiedSeconds, top().modifiedNanos);
    }

    @Override
    public void close() {
        for (Level level : levels) {
            if (level.directory != root) {
                level.directory.close();
            }
        }
        levels.clear();
    }
}
