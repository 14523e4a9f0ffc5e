package dev.coffer.linux.cgroup;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@link CgroupFiles} by direct mapping onto the C library, x86-64 and arm64. */
final class LibcCgroupFiles implements CgroupFiles {
    static final CgroupFiles INSTANCE = new LibcCgroupFiles();

    private static final int O_RDONLY = 0;
    private static final int O_WRONLY = 1;
    private static final int O_CLOEXEC = 0x80000;
    private static final int F_OK = 0;
    private static final int LOCK_EX = 2;
    private static final int SIGKILL = 9;
    private static final long SYS_PIDFD_SEND_SIGNAL = 424;
    private static final long SYS_PIDFD_OPEN = 434;
    private static final int CHUNK = 4096;
    private static final int ATTRIBUTE_BYTES = 256;

    // struct dirent of 64-bit Linux: ino 8, off 8, reclen 2, type 1, name
    private static final int DIRENT_TYPE = 18;
    private static final int DIRENT_NAME = 19;
    private static final int DT_DIR = 4;

    // struct statx: mask 4, block size 4, attributes 8, links 4, uid 4, gid 4, mode 2
    private static final int AT_FDCWD = -100;
    private static final int STATX_TYPE_AND_NLINK = 0x1 | 0x4;
    private static final int STATX_BYTES = 256;
    private static final int STATX_NLINK = 16;
    private static final int STATX_MODE = 28;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFDIR = 0x4000;
    private static final int LINKS_WITHOUT_CHILDREN = 2;

    /** Processes killed in one go hold one descriptor each meanwhile. */
    private static final int KILL_BATCH = 256;

    static {
        Native.register(LibcCgroupFiles.class, NativeLibrary.getProcess());
    }

    private LibcCgroupFiles() {}

    private static native int mkdir(byte[] path, int mode);

    private static native int rmdir(byte[] path);

    private static native int access(byte[] path, int mode);

    private static native int open(byte[] path, int flags);

    private static native int close(int fd);

    private static native int flock(int fd, int operation);

    private static native long read(int fd, byte[] buffer, long count);

    private static native long write(int fd, byte[] buffer, long count);

    private static native int statx(int directory, byte[] path, int flags, int mask, byte[] buffer);

    private static native long getxattr(byte[] path, byte[] name, byte[] value, long size);

    private static native @Nullable Pointer opendir(byte[] path);

    private static native @Nullable Pointer readdir(Pointer directory);

    private static native int closedir(Pointer directory);

    private static native long syscall(long number, long first, long second, long third, long fourth);

    @Override
    public void makeDirectory(String path) throws ErrnoException {
        if (mkdir(cString(path), 0755) != 0) {
            throw new ErrnoException("mkdir(" + path + ")", Native.getLastError());
        }
    }

    @Override
    public void removeDirectory(String path) throws ErrnoException {
        if (rmdir(cString(path)) != 0) {
            throw new ErrnoException("rmdir(" + path + ")", Native.getLastError());
        }
    }

    @Override
    public boolean isDirectory(String path) {
        return access(cString(path + "/."), F_OK) == 0;
    }

    @Override
    public void write(String path, String value) throws ErrnoException {
        writeEach(path, List.of(value));
    }

    /** Opens the file once. */
    @Override
    public void writeEach(String path, List<String> values) throws ErrnoException {
        int fd = openRetrying(cString(path), O_WRONLY | O_CLOEXEC);
        if (fd < 0) {
            throw writeFailure(path, values.get(0), -fd);
        }
        try {
            for (String value : values) {
                int errno = writeOnce(fd, value.getBytes(StandardCharsets.UTF_8));
                if (errno != 0) {
                    throw writeFailure(path, value, errno);
                }
            }
        } finally {
            close(fd);
        }
    }

    private static ErrnoException writeFailure(String path, String value, int errno) {
        return new ErrnoException("write(" + path + ", \"" + value.strip() + "\")", errno);
    }

    private static int writeOnce(int fd, byte[] value) {
        long written = write(fd, value, value.length);
        if (written < 0) {
            return Native.getLastError();
        }
        return written == value.length ? 0 : Errno.EIO;
    }

    @Override
    public String read(String path) throws ErrnoException {
        int fd = openRetrying(cString(path), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            throw new ErrnoException("open(" + path + ")", -fd);
        }
        try {
            return readAll(fd, path);
        } finally {
            close(fd);
        }
    }

    private static String readAll(int fd, String path) throws ErrnoException {
        byte[] chunk = new byte[CHUNK];
        ByteArrayOutputStream all = new ByteArrayOutputStream(CHUNK);
        while (true) {
            long count = read(fd, chunk, chunk.length);
            if (count == 0) {
                return all.toString(StandardCharsets.UTF_8);
            }
            if (count > 0) {
                all.write(chunk, 0, (int) count);
                continue;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                throw new ErrnoException("read(" + path + ")", errno);
            }
        }
    }

    @Override
    public ControlFileReader reader(String path) {
        return new LibcReader(path);
    }

    @Override
    public void locked(String path, Cgroup.Action action) throws ErrnoException {
        int fd = openRetrying(cString(path), O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            throw new ErrnoException("open(" + path + ")", -fd);
        }
        try {
            int errno;
            do {
                errno = flock(fd, LOCK_EX) == 0 ? 0 : Native.getLastError();
            } while (errno == Errno.EINTR);
            if (errno != 0) {
                throw new ErrnoException("flock(" + path + ")", errno);
            }
            action.run();
        } finally {
            close(fd);
        }
    }

    @Override
    public Optional<String> attribute(String path, String name) {
        byte[] value = new byte[ATTRIBUTE_BYTES];
        long size = getxattr(cString(path), cString(name), value, value.length);
        return size < 0 ? Optional.empty() : Optional.of(new String(value, 0, (int) size, StandardCharsets.UTF_8));
    }

    @Override
    public List<String> directoriesIn(String path) throws ErrnoException {
        if (linksOf(path) == LINKS_WITHOUT_CHILDREN) {
            return List.of();
        }
        Pointer directory = opendir(cString(path));
        if (directory == null) {
            throw new ErrnoException("opendir(" + path + ")", Native.getLastError());
        }
        try {
            List<String> names = new ArrayList<>();
            Pointer entry = readdir(directory);
            while (entry != null) {
                String name = entry.getString(DIRENT_NAME, "UTF-8");
                if (entry.getByte(DIRENT_TYPE) == DT_DIR && !name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
                entry = readdir(directory);
            }
            return names;
        } finally {
            closedir(directory);
        }
    }

    /** A cgroup has two links and one more for each child, which is quicker to learn than its forty or so files. */
    private static int linksOf(String path) throws ErrnoException {
        byte[] status = new byte[STATX_BYTES];
        if (statx(AT_FDCWD, cString(path), 0, STATX_TYPE_AND_NLINK, status) != 0) {
            throw new ErrnoException("statx(" + path + ")", Native.getLastError());
        }
        ByteBuffer fields = ByteBuffer.wrap(status).order(ByteOrder.nativeOrder());
        boolean directory = (fields.getShort(STATX_MODE) & S_IFMT) == S_IFDIR;
        return directory ? fields.getInt(STATX_NLINK) : -1;
    }

    @Override
    public void kill(Set<Long> pids, Members members) throws ErrnoException {
        List<Long> all = new ArrayList<>(pids);
        for (int from = 0; from < all.size(); from += KILL_BATCH) {
            killBatch(all.subList(from, Math.min(all.size(), from + KILL_BATCH)), members);
        }
    }

    private static void killBatch(List<Long> pids, Members members) throws ErrnoException {
        Map<Long, Integer> held = new LinkedHashMap<>();
        try {
            for (long pid : pids) {
                int fd = openPid(pid);
                if (fd >= 0) {
                    held.put(pid, fd);
                }
            }
            Set<Long> still = members.now();
            for (Map.Entry<Long, Integer> process : held.entrySet()) {
                if (still.contains(process.getKey())) {
                    signal(process.getKey(), process.getValue());
                }
            }
        } finally {
            held.values().forEach(LibcCgroupFiles::close);
        }
    }

    /** A pidfd, or -1 if the process is gone. */
    private static int openPid(long pid) throws ErrnoException {
        long fd = syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0);
        if (fd >= 0) {
            return (int) fd;
        }
        int errno = Native.getLastError();
        if (errno == Errno.ESRCH || errno == Errno.EINVAL) {
            return -1;
        }
        throw new ErrnoException("pidfd_open(" + pid + ")", errno);
    }

    private static void signal(long pid, int fd) throws ErrnoException {
        if (syscall(SYS_PIDFD_SEND_SIGNAL, fd, SIGKILL, 0, 0) != 0) {
            int errno = Native.getLastError();
            if (errno != Errno.ESRCH) {
                throw new ErrnoException("pidfd_send_signal(" + pid + ", SIGKILL)", errno);
            }
        }
    }

    /** A descriptor, or the negated errno. */
    private static int openRetrying(byte[] path, int flags) {
        while (true) {
            int fd = open(path, flags);
            if (fd >= 0) {
                return fd;
            }
            int errno = Native.getLastError();
            if (errno != Errno.EINTR) {
                return -errno;
            }
        }
    }

    private static byte[] cString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
