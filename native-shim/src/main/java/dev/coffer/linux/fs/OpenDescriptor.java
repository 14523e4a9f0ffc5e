package dev.coffer.linux.fs;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.util.Optional;

/** Owns one file descriptor; what can be done to an open file and to an open directory alike. */
public abstract sealed class OpenDescriptor implements AutoCloseable permits OpenDirectory, OpenFile {
    static final FileCalls CALLS = LibcFileCalls.INSTANCE;

    private int descriptor;

    OpenDescriptor(int descriptor) {
        this.descriptor = descriptor;
    }

    final int descriptor() {
        if (descriptor < 0) {
            throw new IllegalStateException("descriptor is closed");
        }
        return descriptor;
    }

    public final FileStatus status() throws ErrnoException {
        return CALLS.status(descriptor(), PathBytes.EMPTY);
    }

    public final FileSystemStatus fileSystem() throws ErrnoException {
        return CALLS.fileSystem(descriptor());
    }

    /** Clears set-user-id bits and file capabilities, so call it before the two methods that set them. */
    public void chown(int uid, int gid) throws ErrnoException {
        CALLS.chown(descriptor(), PathBytes.EMPTY, uid, gid);
    }

    public void chmod(int mode) throws ErrnoException {
        CALLS.chmod(descriptor(), mode);
    }

    /** Sets access and modification time. */
    public final void setTimes(long seconds, int nanos) throws ErrnoException {
        CALLS.setTimes(descriptor(), seconds, nanos);
    }

    public final void setXattr(PathBytes key, byte[] value) throws ErrnoException {
        CALLS.setXattr(descriptor(), PathBytes.EMPTY, key, value);
    }

    public final Optional<byte[]> xattr(PathBytes key) throws ErrnoException {
        return xattrOf(PathBytes.EMPTY, key);
    }

    final Optional<byte[]> xattrOf(PathBytes name, PathBytes key) throws ErrnoException {
        try {
            return Optional.of(CALLS.xattr(descriptor(), name, key));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENODATA) || e.is(Errno.ENOTSUP)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** {@code fsync}. */
    public final void sync() throws ErrnoException {
        CALLS.sync(descriptor());
    }

    /** Takes the exclusive {@code flock}, held until this is closed or the process ends; false if somebody holds it. */
    public final boolean tryLock() throws ErrnoException {
        return CALLS.tryLock(descriptor());
    }

    /** Waits for the {@code flock}, which many may hold if shared; held until this is closed or the process ends. */
    public final void lock(boolean shared) throws ErrnoException {
        CALLS.lock(descriptor(), shared);
    }

    /** Idempotent. */
    @Override
    public final void close() {
        if (descriptor >= 0) {
            CALLS.close(descriptor);
            descriptor = -1;
        }
    }
}
