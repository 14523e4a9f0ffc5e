package dev.coffer.linux.cgroup;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The calls that events of cgroups need, x86-64 and arm64. */
final class LibcEvents {
    static final int EPOLLIN = 1;
    static final int EPOLLPRI = 2;

    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;
    private static final int EPOLL_CTL_ADD = 1;
    private static final int MAX_EVENTS = 64;
    private static final int LARGEST_FILE = 4096;
    /** Only x86-64 packs struct epoll_event. */
    private static final int EVENT_BYTES = Platform.isIntel() ? 12 : 16;

    private static final int EVENT_DATA = Platform.isIntel() ? 4 : 8;

    static {
        Native.register(LibcEvents.class, NativeLibrary.getProcess());
    }

    private LibcEvents() {}

    private static native int epoll_create1(int flags);

    private static native int epoll_ctl(int epoll, int operation, int fd, byte[] event);

    private static native int epoll_wait(int epoll, byte[] events, int count, int timeoutMillis);

    private static native int eventfd(int initial, int flags);

    private static native int open(byte[] path, int flags);

    private static native long read(int fd, byte[] buffer, long count);

    private static native long write(int fd, byte[] buffer, long count);

    private static native long pread(int fd, byte[] buffer, long count, long offset);

    static native int close(int fd);

    /** See <a href="https://man7.org/linux/man-pages/man2/epoll_create.2.html">epoll_create(2)</a>. */
    static int open() throws ErrnoException {
        return checked(epoll_create1(CLOEXEC), "epoll_create1");
    }

    /** See <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>. */
    static int counter() throws ErrnoException {
        return checked(eventfd(0, CLOEXEC | NONBLOCK), "eventfd");
    }

    static int openFile(String path) throws ErrnoException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        return checked(open(Arrays.copyOf(bytes, bytes.length + 1), CLOEXEC), "open(" + path + ")");
    }

    /** See <a href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</a>. */
    static void add(int epoll, int fd, int events, long token) throws ErrnoException {
        byte[] event = new byte[EVENT_BYTES];
        ByteBuffer.wrap(event).order(ByteOrder.nativeOrder()).putInt(0, events).putLong(EVENT_DATA, token);
        checked(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, event), "epoll_ctl(ADD, " + fd + ")");
    }

    /** See <a href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_wait(2)</a>. */
    static List<Long> await(int epoll) throws ErrnoException {
        byte[] events = new byte[EVENT_BYTES * MAX_EVENTS];
        int count;
        do {
            count = epoll_wait(epoll, events, MAX_EVENTS, -1);
        } while (count < 0 && Native.getLastError() == Errno.EINTR);
        checked(count, "epoll_wait");
        ByteBuffer fields = ByteBuffer.wrap(events).order(ByteOrder.nativeOrder());
        List<Long> tokens = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tokens.add(fields.getLong(i * EVENT_BYTES + EVENT_DATA));
        }
        return tokens;
    }

    /** Adds one to an event counter; can only fail when that is full, and then it is reported already. */
    static void count(int fd) {
        byte[] one = new byte[Long.BYTES];
        ByteBuffer.wrap(one).order(ByteOrder.nativeOrder()).putLong(1);
        long unused = write(fd, one, one.length);
    }

    /** The value of an event counter, which becomes 0. */
    static long takeCount(int fd) {
        byte[] value = new byte[Long.BYTES];
        return read(fd, value, value.length) == Long.BYTES
                ? ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong()
                : 0;
    }

    /** Reads a file so that the kernel tells of its next change; 0. */
    static long skim(int fd) {
        byte[] content = new byte[LARGEST_FILE];
        long unused = pread(fd, content, content.length, 0);
        return Math.min(unused, 0);
    }

    private static int checked(int result, String call) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, Native.getLastError());
        }
        return result;
    }
}
