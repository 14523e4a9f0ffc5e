package dev.coffer.image.unpack;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directory that entries are being written to, kept open because neighbours usually follow each other.
 *
 * <p>Its times are put back when it is left, for writing an entry changes them. So nothing has to be remembered about
 * directories until the end, however many there are.
 */
final class ParentDirectory implements AutoCloseable {
    private static final int IMPLIED_MODE = 0755;

    private final OpenDirectory root;
    private final ImpliedPaths implied;
    private @Nullable OpenDirectory current;
    private PathBytes path = PathBytes.EMPTY;
    private long modifiedSeconds;
    private int modifiedNanos;

    ParentDirectory(OpenDirectory root, ImpliedPaths implied) {
        this.root = root;
        this.implied = implied;
    }

    /** Opens a directory of the layer, made if no entry has made it yet. The result is valid until the next call. */
    OpenDirectory enter(PathBytes wanted) throws IOException {
        if (current != null && path.equals(wanted)) {
            return current;
        }
        leave();
        OpenDirectory opened = open(wanted);
        FileStatus status;
        try {
            status = opened.status();
        } catch (ErrnoException e) {
            opened.close();
            throw e;
        }
        current = opened;
        path = wanted;
        modifiedSeconds = status.modifiedSeconds();
        modifiedNanos = status.modifiedNanos();
        return opened;
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

    /** Puts the times back and closes. */
    void leave() throws ErrnoException {
        if (current != null) {
            try {
                current.setTimes(modifiedSeconds, modifiedNanos);
            } finally {
                close();
            }
        }
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
