package dev.coffer.linux.cgroup;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps the file open and reads it from its beginning each time, for which the kernel makes its content anew: one call
 * instead of three and no path to walk. Where this process has few descriptors left none is kept.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pread.2.html">pread(2)</a>
 */
final class LibcReader implements ControlFileReader {
    private static final int O_CLOEXEC = 0x80000;
    private static final int FIRST_SIZE = 8192;
    private static final int LARGEST = 1 << 22;
    private static final AtomicInteger OPEN = new AtomicInteger();
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(FIRST_SIZE));

    static {
        Native.register(LibcReader.class, NativeLibrary.getProcess());
    }

    private final byte[] path;
    private final Held held = new Held();
    private boolean missing;

    /** Loaded when the first descriptor is kept. */
    private static final class Rest {
        private static final Cleaner CLEANER = Cleaner.create();
        private static final int MOST = half(LibcCgroupFiles.INSTANCE);

        /** Half of the descriptors that this process may have. */
        private static int half(CgroupFiles files) {
            try {
                for (String line : files.read("/proc/self/limits").split("\n", -1)) {
                    String[] words = line.split(" +", -1);
                    if (line.startsWith("Max open files") && words.length > 3) {
                        return (int) Math.min(Long.parseLong(words[3]) / 2, Integer.MAX_VALUE);
                    }
                }
            } catch (ErrnoException | NumberFormatException e) {
                return 0;
            }
            return 0;
        }
    }

    /** The descriptor, apart from the reader so that it can be closed when that is garbage. */
    private static final class Held implements Runnable {
        private int fd = -1;
        private boolean registered;

        @Override
        public synchronized void run() {
            if (fd >= 0) {
                close(fd);
                fd = -1;
                OPEN.decrementAndGet();
            }
        }
    }

    LibcReader(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        this.path = Arrays.copyOf(bytes, bytes.length + 1);
    }

    private static native int open(byte[] path, int flags);

    private static native int access(byte[] path, int mode);

    private static native long pread(int fd, ByteBuffer buffer, long count, long offset);

    private static native int close(int fd);

    @Override
    public synchronized ControlText read() {
        ControlText text = ControlText.ofThread();
        if (missing) {
            return text.filled(-1);
        }
        boolean kept = held.fd >= 0;
        int fd = kept ? held.fd : open(path, O_CLOEXEC);
        if (fd < 0) {
            missing = Native.getLastError() == Errno.ENOENT && directoryExists();
            return text.filled(-1);
        }
        int errno = fill(fd, text);
        if (errno != 0) {
            missing = errno == Errno.ENOTSUP;
            discard(fd, kept);
            return text.filled(-1);
        }
        if (!kept) {
            keep(fd);
        }
        return text;
    }

    /** A kernel that does not have a file does not get it later; a cgroup may still be made. */
    private boolean directoryExists() {
        int slash = path.length - 2;
        while (slash > 0 && path[slash] != '/') {
            slash--;
        }
        byte[] directory = Arrays.copyOf(path, slash + 1);
        directory[slash] = 0;
        return access(directory, 0) == 0;
    }

    private void keep(int fd) {
        if (OPEN.get() >= Rest.MOST) {
            close(fd);
            return;
        }
        OPEN.incrementAndGet();
        held.fd = fd;
        if (!held.registered) {
            held.registered = true;
            Rest.CLEANER.register(this, held);
        }
    }

    private void discard(int fd, boolean kept) {
        if (kept) {
            held.run();
        } else {
            close(fd);
        }
    }

    /** The error, or 0. */
    private static int fill(int fd, ControlText text) {
        int length = 0;
        while (true) {
            ByteBuffer buffer = BUFFER.get();
            buffer.clear();
            long count = pread(fd, buffer, buffer.capacity(), length);
            if (count < 0) {
                int errno = Native.getLastError();
                if (errno != Errno.EINTR) {
                    return errno;
                }
                continue;
            }
            if (count > 0) {
                buffer.get(0, text.room(length + (int) count), length, (int) count);
                length += (int) count;
            }
            // a file that may have more gives as many bytes as there is room for whole lines
            boolean whole = count == 0 || (length == count && count < buffer.capacity() / 2);
            if (whole || length > LARGEST) {
                text.filled(length);
                return 0;
            }
        }
    }

    @Override
    public synchronized void close() {
        held.run();
    }
}
