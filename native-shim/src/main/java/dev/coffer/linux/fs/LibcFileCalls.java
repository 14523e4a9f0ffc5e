package dev.coffer.linux.fs;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link FileCalls} on libc through JNA's direct mapping. No JNA type leaves this file.
 *
 * <p>Pointers are passed as addresses into memory that each thread owns: an argument that JNA need not convert makes a
 * call several times cheaper, and unpacking an image makes about six of them per file.
 */
final class LibcFileCalls implements FileCalls {
    static final LibcFileCalls INSTANCE = new LibcFileCalls();

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int O_WRONLY = 1;
    private static final int O_CREAT = 0100;
    private static final int O_EXCL = 0200;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_DIRECTORY = Platform.isARM() ? 040000 : 0200000;
    private static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;
    private static final long SYS_OPENAT2 = 437;
    private static final long RESOLVE_BENEATH_NO_MAGICLINKS = 0x08 | 0x02;
    private static final int STATX_BASIC_AND_MOUNT_ID = 0x7ff | 0x1000;
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_EX_NB = LOCK_EX | 4;
    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_IMMUTABLE_OR_APPEND = 0x10 | 0x20;

    private static final int PATH_MAX = 4096;
    private static final int BUFFER_SIZE = 128 * 1024;

    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    private LibcFileCalls() {}

    @Override
    public int openDirectory(PathBytes path) throws ErrnoException {
        Scratch memory = scratch.get();
        return opened("open", path, Libc.openat(AT_FDCWD, memory.first(path), O_DIRECTORY | O_CLOEXEC, 0));
    }

    @Override
    public int openDirectoryBeneath(int directory, PathBytes path) throws ErrnoException {
        Scratch memory = scratch.get();
        long name = memory.first(path);
        memory.struct.setLong(0, O_DIRECTORY | O_CLOEXEC);
        memory.struct.setLong(8, 0);
        memory.struct.setLong(16, RESOLVE_BENEATH_NO_MAGICLINKS);
        return opened("openat2", path, (int) Libc.syscall(SYS_OPENAT2, directory, name, memory.structAddress, 24));
    }

    @Override
    public int openChildDirectory(int directory, PathBytes name) throws ErrnoException {
        long path = scratch.get().first(name);
        return opened("openat", name, Libc.openat(directory, path, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0));
    }

    @Override
    public int openParent(int directory) throws ErrnoException {
        PathBytes parent = PathBytes.of("..");
        long path = scratch.get().first(parent);
        return opened("openat", parent, Libc.openat(directory, path, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0));
    }

    @Override
    public int createFile(int directory, PathBytes name, int mode) throws ErrnoException {
        long path = scratch.get().first(name);
        int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        return opened("openat", name, Libc.openat(directory, path, flags, mode));
    }

    @Override
    public int openFile(int directory, PathBytes name) throws ErrnoException {
        long path = scratch.get().first(name);
        return opened("openat", name, Libc.openat(directory, path, O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0));
    }

    @Override
    public void close(int descriptor) {
        // Linux frees the descriptor whatever close(2) returns; nothing written through it is lost before an fsync
        Libc.close(descriptor);
    }

    @Override
    public FileStatus status(int directory, PathBytes name) throws ErrnoException {
        Scratch memory = scratch.get();
        int flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
        long path = memory.first(name);
        check("statx", name, Libc.statx(directory, path, flags, STATX_BASIC_AND_MOUNT_ID, memory.structAddress));
        Pointer s = memory.struct;
        boolean hasMountId = (s.getInt(0) & 0x1000) != 0;
        return new FileStatus(
                s.getShort(28) & 0xffff,
                s.getInt(20),
                s.getInt(24),
                s.getInt(16) & 0xffffffffL,
                s.getLong(32),
                s.getLong(40),
                s.getLong(48),
                (s.getInt(136) & 0xffffffffL) << 32 | (s.getInt(140) & 0xffffffffL),
                s.getInt(128),
                s.getInt(132),
                hasMountId ? s.getLong(144) : 0,
                s.getLong(112),
                s.getInt(120));
    }

    @Override
    public List<DirectoryEntry> readEntries(int directory) throws ErrnoException {
        Scratch memory = scratch.get();
        long length = Libc.getdents64(directory, memory.bufferAddress, 32 * 1024);
        check("getdents64", PathBytes.EMPTY, length);
        List<DirectoryEntry> entries = new ArrayList<>();
        byte[] raw = new byte[(int) length];
        memory.buffer.read(0, raw, 0, raw.length);
        for (int at = 0; at < raw.length; at += (raw[at + 16] & 0xff) | (raw[at + 17] & 0xff) << 8) {
            int end = at + 19;
            while (raw[end] != 0) {
                end++;
            }
            PathBytes name = PathBytes.of(raw, at + 19, end);
            if (name.isSingleName()) {
                entries.add(new DirectoryEntry(name, raw[at + 18]));
            }
        }
        return length == 0 ? List.of() : entries.isEmpty() ? readEntries(directory) : entries;
    }

    @Override
    public void seek(int descriptor, long offset) throws ErrnoException {
        check("lseek", PathBytes.EMPTY, Libc.lseek(descriptor, offset, 0));
    }

    @Override
    public void makeDirectory(int directory, PathBytes name, int mode) throws ErrnoException {
        check("mkdirat", name, Libc.mkdirat(directory, scratch.get().first(name), mode));
    }

    @Override
    public void makeNode(int directory, PathBytes name, int mode, int major, int minor) throws ErrnoException {
        long device =
                (minor & 0xffL) | (major & 0xfffL) << 8 | (minor & 0xffffff00L) << 12 | (major & 0xfffff000L) << 32;
        check("mknodat", name, Libc.mknodat(directory, scratch.get().first(name), mode, device));
    }

    @Override
    public void makeSymlink(int directory, PathBytes name, PathBytes target) throws ErrnoException {
        Scratch memory = scratch.get();
        check("symlinkat", name, Libc.symlinkat(memory.first(target), directory, memory.second(name)));
    }

    @Override
    public void link(int fromDirectory, PathBytes from, int directory, PathBytes name) throws ErrnoException {
        Scratch memory = scratch.get();
        check("linkat", name, Libc.linkat(fromDirectory, memory.first(from), directory, memory.second(name), 0));
    }

    @Override
    public void rename(int fromDirectory, PathBytes from, int directory, PathBytes name) throws ErrnoException {
        Scratch memory = scratch.get();
        check("renameat", name, Libc.renameat(fromDirectory, memory.first(from), directory, memory.second(name)));
    }

    @Override
    public void removeFile(int directory, PathBytes name) throws ErrnoException {
        check("unlinkat", name, Libc.unlinkat(directory, scratch.get().first(name), 0));
    }

    @Override
    public void removeDirectory(int directory, PathBytes name) throws ErrnoException {
        check("unlinkat", name, Libc.unlinkat(directory, scratch.get().first(name), AT_REMOVEDIR));
    }

    @Override
    public PathBytes readLink(int directory, PathBytes name) throws ErrnoException {
        Scratch memory = scratch.get();
        long length = Libc.readlinkat(directory, memory.first(name), memory.bufferAddress, PATH_MAX);
        check("readlinkat", name, length);
        return PathBytes.of(memory.bytes((int) length));
    }

    @Override
    public void chown(int directory, PathBytes name, int uid, int gid) throws ErrnoException {
        int flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty() ? AT_EMPTY_PATH : 0);
        check("fchownat", name, Libc.fchownat(directory, scratch.get().first(name), uid, gid, flags));
    }

    @Override
    public void chmod(int descriptor, int mode) throws ErrnoException {
        check("fchmod", PathBytes.EMPTY, Libc.fchmod(descriptor, mode));
    }

    @Override
    public void chmod(int directory, PathBytes name, int mode) throws ErrnoException {
        check("fchmodat", name, Libc.fchmodat(directory, scratch.get().first(name), mode, 0));
    }

    @Override
    public void setTimes(int descriptor, long seconds, int nanos) throws ErrnoException {
        long times = scratch.get().times(seconds, nanos);
        check("futimens", PathBytes.EMPTY, Libc.futimens(descriptor, times));
    }

    @Override
    public void setTimes(int directory, PathBytes name, long seconds, int nanos) throws ErrnoException {
        Scratch memory = scratch.get();
        long times = memory.times(seconds, nanos);
        check("utimensat", name, Libc.utimensat(directory, memory.first(name), times, AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public void setXattr(int directory, PathBytes name, PathBytes key, byte[] value) throws ErrnoException {
        Scratch memory = scratch.get();
        if (value.length > BUFFER_SIZE) {
            throw new ErrnoException("setxattr(" + name + ", " + key + ")", Errno.ERANGE);
        }
        memory.buffer.write(0, value, 0, value.length);
        long keyAddress = memory.second(key);
        int result;
        if (name.isEmpty()) {
            result = Libc.fsetxattr(directory, keyAddress, memory.bufferAddress, value.length, 0);
        } else {
            long path = memory.first(throughProc(directory, name));
            result = Libc.lsetxattr(path, keyAddress, memory.bufferAddress, value.length, 0);
        }
        check("setxattr " + key, name, result);
    }

    @Override
    public byte[] xattr(int directory, PathBytes name, PathBytes key) throws ErrnoException {
        Scratch memory = scratch.get();
        long keyAddress = memory.second(key);
        long length;
        if (name.isEmpty()) {
            length = Libc.fgetxattr(directory, keyAddress, memory.bufferAddress, BUFFER_SIZE);
        } else {
            long path = memory.first(throughProc(directory, name));
            length = Libc.lgetxattr(path, keyAddress, memory.bufferAddress, BUFFER_SIZE);
        }
        check("getxattr " + key, name, length);
        return memory.bytes((int) length);
    }

    /** There is no lsetxattrat before Linux 6.13; the magic link leads to the directory, and the name is not followed. */
    private static PathBytes throughProc(int directory, PathBytes name) {
        return PathBytes.of("/proc/self/fd/" + directory).resolve(name);
    }

    @Override
    public void write(int descriptor, byte[] bytes, int offset, int length) throws ErrnoException {
        Scratch memory = scratch.get();
        int done = 0;
        while (done < length) {
            int part = Math.min(length - done, BUFFER_SIZE);
            memory.buffer.write(0, bytes, offset + done, part);
            long written = Libc.write(descriptor, memory.bufferAddress, part);
            check("write", PathBytes.EMPTY, written);
            done += (int) written;
        }
    }

    @Override
    public void write(int descriptor, ByteBuffer bytes) throws ErrnoException {
        long address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
        while (bytes.hasRemaining()) {
            long written = Libc.write(descriptor, address + bytes.position(), bytes.remaining());
            check("write", PathBytes.EMPTY, written);
            bytes.position(bytes.position() + (int) written);
        }
    }

    @Override
    public int read(int descriptor, byte[] target, int offset, int length) throws ErrnoException {
        Scratch memory = scratch.get();
        long count = Libc.read(descriptor, memory.bufferAddress, Math.min(length, BUFFER_SIZE));
        check("read", PathBytes.EMPTY, count);
        memory.buffer.read(0, target, offset, (int) count);
        return (int) count;
    }

    @Override
    public void truncate(int descriptor, long size) throws ErrnoException {
        check("ftruncate", PathBytes.EMPTY, Libc.ftruncate(descriptor, size));
    }

    @Override
    public void sync(int descriptor) throws ErrnoException {
        check("fsync", PathBytes.EMPTY, Libc.fsync(descriptor));
    }

    @Override
    public void syncFileSystem(int descriptor) throws ErrnoException {
        check("syncfs", PathBytes.EMPTY, Libc.syncfs(descriptor));
    }

    @Override
    public boolean tryLock(int descriptor) throws ErrnoException {
        if (Libc.flock(descriptor, LOCK_EX_NB) == 0) {
            return true;
        }
        int errno = Native.getLastError();
        if (errno == Errno.EAGAIN) {
            return false;
        }
        throw new ErrnoException("flock()", errno);
    }

    @Override
    public void lock(int descriptor, boolean shared) throws ErrnoException {
        check("flock", PathBytes.EMPTY, Libc.flock(descriptor, shared ? LOCK_SH : LOCK_EX));
    }

    @Override
    public FileSystemStatus fileSystem(int descriptor) throws ErrnoException {
        Scratch memory = scratch.get();
        check("fstatfs", PathBytes.EMPTY, Libc.fstatfs(descriptor, memory.structAddress));
        Pointer s = memory.struct;
        return new FileSystemStatus(
                s.getLong(0),
                s.getLong(32) * s.getLong(8),
                s.getLong(48),
                (s.getLong(16) - s.getLong(24)) * s.getLong(8));
    }

    @Override
    public boolean clearImmutable(int descriptor) throws ErrnoException {
        Scratch memory = scratch.get();
        check("ioctl FS_IOC_GETFLAGS", PathBytes.EMPTY, Libc.ioctl(descriptor, FS_IOC_GETFLAGS, memory.structAddress));
        int flags = memory.struct.getInt(0);
        if ((flags & FS_IMMUTABLE_OR_APPEND) == 0) {
            return false;
        }
        memory.struct.setInt(0, flags & ~FS_IMMUTABLE_OR_APPEND);
        check("ioctl FS_IOC_SETFLAGS", PathBytes.EMPTY, Libc.ioctl(descriptor, FS_IOC_SETFLAGS, memory.structAddress));
        return true;
    }

    private static int opened(String call, PathBytes operand, int descriptor) throws ErrnoException {
        check(call, operand, descriptor);
        return descriptor;
    }

    /** Must follow the call at once: JNA keeps the thread's errno until its next native call. */
    private static void check(String call, PathBytes operand, long result) throws ErrnoException {
        if (result < 0) {
            int errno = Native.getLastError();
            throw new ErrnoException(call + "(" + operand + ")", errno);
        }
    }

    /** One thread's memory for arguments and results. */
    private static final class Scratch {
        private static final int NAME_SPACE = PATH_MAX + 64;

        private final Memory names = new Memory(2L * NAME_SPACE);
        private final Memory struct = new Memory(512);
        private final Memory buffer = new Memory(BUFFER_SIZE);
        private final long namesAddress = Pointer.nativeValue(names);
        private final long structAddress = Pointer.nativeValue(struct);
        private final long bufferAddress = Pointer.nativeValue(buffer);

        long first(PathBytes path) throws ErrnoException {
            return put(path, 0);
        }

        long second(PathBytes path) throws ErrnoException {
            return put(path, NAME_SPACE);
        }

        private long put(PathBytes path, int offset) throws ErrnoException {
            byte[] bytes = path.shared();
            if (bytes.length >= NAME_SPACE) {
                throw new ErrnoException("path(" + path + ")", Errno.ENAMETOOLONG);
            }
            for (byte b : bytes) {
                if (b == 0) {
                    throw new ErrnoException("path(" + path + ")", Errno.EINVAL);
                }
            }
            names.write(offset, bytes, 0, bytes.length);
            names.setByte(offset + bytes.length, (byte) 0);
            return namesAddress + offset;
        }

        long times(long seconds, int nanos) {
            for (int i = 0; i < 2; i++) {
                struct.setLong(i * 16L, seconds);
                struct.setLong(i * 16L + 8, nanos);
            }
            return structAddress;
        }

        byte[] bytes(int length) {
            return buffer.getByteArray(0, length);
        }
    }

    /** Signatures as in the manual pages linked from {@link FileCalls}, with every pointer as its address; no logic. */
    private static final class Libc {
        static {
            Native.register(Libc.class, "c");
        }

        static native int openat(int directory, long path, int flags, int mode);

        static native long syscall(long number, long directory, long path, long how, long size);

        static native int close(int descriptor);

        static native int statx(int directory, long path, int flags, int mask, long buffer);

        static native long getdents64(int directory, long buffer, long size);

        static native long lseek(int descriptor, long offset, int whence);

        static native int mkdirat(int directory, long path, int mode);

        static native int mknodat(int directory, long path, int mode, long device);

        static native int symlinkat(long target, int directory, long path);

        static native int linkat(int fromDirectory, long from, int directory, long path, int flags);

        static native int renameat(int fromDirectory, long from, int directory, long path);

        static native int unlinkat(int directory, long path, int flags);

        static native long readlinkat(int directory, long path, long buffer, long size);

        static native int fchownat(int directory, long path, int uid, int gid, int flags);

        static native int fchmod(int descriptor, int mode);

        static native int fchmodat(int directory, long path, int mode, int flags);

        static native int utimensat(int directory, long path, long times, int flags);

        static native int futimens(int descriptor, long times);

        static native int fsetxattr(int descriptor, long key, long value, long size, int flags);

        static native int lsetxattr(long path, long key, long value, long size, int flags);

        static native long fgetxattr(int descriptor, long key, long value, long size);

        static native long lgetxattr(long path, long key, long value, long size);

        static native long write(int descriptor, long buffer, long size);

        static native long read(int descriptor, long buffer, long size);

        static native int ftruncate(int descriptor, long size);

        static native int fsync(int descriptor);

        static native int syncfs(int descriptor);

        static native int flock(int descriptor, int operation);

        static native int fstatfs(int descriptor, long buffer);

        static native int ioctl(int descriptor, long request, long argument);
    }
}
