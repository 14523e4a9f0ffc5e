package dev.coffer.linux.cgroup;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import dev.coffer.linux.ErrnoException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The calls that counting needs, x86-64 and arm64.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html">perf_event_open(2)</a>
 */
final class LibcPerf {
    private static final long SYS_PERF_EVENT_OPEN = Platform.isIntel() ? 298 : 241;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_DIRECTORY = Platform.isIntel() ? 0x10000 : 0x4000;
    private static final long PID_CGROUP = 4;
    private static final long FD_CLOEXEC = 8;
    private static final long NO_GROUP = -1;

    // struct perf_event_attr as of its first version
    private static final int ATTR_BYTES = 64;
    private static final int ATTR_SIZE = 4;
    private static final int ATTR_CONFIG = 8;
    private static final int ATTR_READ_FORMAT = 32;
    private static final long TIME_ENABLED_AND_RUNNING = 3;

    static {
        Native.register(LibcPerf.class, NativeLibrary.getProcess());
    }

    private LibcPerf() {}

    /** A figure, and for how long in nanoseconds it was to be counted and was. */
    record Reading(long value, long enabled, long running) {}

    private static native int open(byte[] path, int flags);

    private static native long read(int fd, byte[] buffer, long count);

    private static native long syscall(long number, Pointer attr, long pid, long cpu, long group, long flags);

    static native int close(int fd);

    static int openDirectory(String path) throws ErrnoException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        int fd = open(Arrays.copyOf(bytes, bytes.length + 1), O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            throw new ErrnoException("open(" + path + ")", Native.getLastError());
        }
        return fd;
    }

    static int open(int cgroup, PerfEvent event, int processor) throws ErrnoException {
        try (Memory attr = new Memory(ATTR_BYTES)) {
            attr.clear();
            attr.setInt(0, event.type());
            attr.setInt(ATTR_SIZE, ATTR_BYTES);
            attr.setLong(ATTR_CONFIG, event.config());
            attr.setLong(ATTR_READ_FORMAT, TIME_ENABLED_AND_RUNNING);
            long fd = syscall(SYS_PERF_EVENT_OPEN, attr, cgroup, processor, NO_GROUP, PID_CGROUP | FD_CLOEXEC);
            if (fd < 0) {
                throw new ErrnoException(
                        "perf_event_open(" + event.name() + ", processor " + processor + ")", Native.getLastError());
            }
            return (int) fd;
        }
    }

    /** Nothing counted if it cannot be read. */
    static Reading read(int fd) {
        byte[] bytes = new byte[3 * Long.BYTES];
        if (read(fd, bytes, bytes.length) != bytes.length) {
            return new Reading(0, 1, 0);
        }
        ByteBuffer fields = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        return new Reading(fields.getLong(), fields.getLong(), fields.getLong());
    }
}
