package dev.coffer.linux.fs;

import dev.coffer.linux.ErrnoException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** An open file, made by {@link OpenDirectory}. Confined to one thread. */
public final class OpenFile extends OpenDescriptor {
    /** Loading jnr-posix takes as long as some hundred thousand calls through it save; few programs get there. */
    private static final int WORTH_LOADING = 100_000;

    private static final AtomicInteger CALLS_SO_FAR = new AtomicInteger();

    OpenFile(int descriptor) {
        super(descriptor);
    }

    @Override
    public void chown(int uid, int gid) throws ErrnoException {
        if (isWorthLoading()) {
            PosixMetadata.chown(descriptor(), uid, gid);
        } else {
            super.chown(uid, gid);
        }
    }

    @Override
    public void chmod(int mode) throws ErrnoException {
        if (isWorthLoading()) {
            PosixMetadata.chmod(descriptor(), mode);
        } else {
            super.chmod(mode);
        }
    }

    private static boolean isWorthLoading() {
        return CALLS_SO_FAR.get() >= WORTH_LOADING || CALLS_SO_FAR.incrementAndGet() >= WORTH_LOADING;
    }

    /** Writes all of it at the current position. */
    public void write(byte[] bytes, int offset, int length) throws ErrnoException {
        CALLS.write(descriptor(), bytes, offset, length);
    }

    /** Writes what remains of a direct buffer at the current position. */
    public void write(ByteBuffer bytes) throws ErrnoException {
        CALLS.write(descriptor(), bytes);
    }

    /** Reads up to {@code length} bytes; 0 at the end of the file. */
    public int read(byte[] target, int offset, int length) throws ErrnoException {
        return CALLS.read(descriptor(), target, offset, length);
    }

    /** Moves the position; writing past the end leaves a hole. */
    public void seek(long offset) throws ErrnoException {
        CALLS.seek(descriptor(), offset);
    }

    public void truncate(long size) throws ErrnoException {
        CALLS.truncate(descriptor(), size);
    }
}
