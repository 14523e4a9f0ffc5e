package dev.coffer.linux.fs;

import dev.coffer.linux.ErrnoException;

/** An open file, made by {@link OpenDirectory}. Confined to one thread. */
public final class OpenFile extends OpenDescriptor {
    OpenFile(int descriptor) {
        super(descriptor);
    }

    @Override
    public void chown(int uid, int gid) throws ErrnoException {
        PosixMetadata.chown(descriptor(), uid, gid);
    }

    @Override
    public void chmod(int mode) throws ErrnoException {
        PosixMetadata.chmod(descriptor(), mode);
    }

    /** Writes all of it at the current position. */
    public void write(byte[] bytes, int offset, int length) throws ErrnoException {
        CALLS.write(descriptor(), bytes, offset, length);
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
