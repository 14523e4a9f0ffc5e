package dev.coffer.linux.cgroup;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The commands of bpf(2) for programs of type cgroup-device.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</a>
 */
final class LibcBpf {
    private static final long SYS_BPF = Platform.isIntel() ? 321 : 280;
    private static final int O_DIRECTORY = Platform.isIntel() ? 0x10000 : 0x4000;
    private static final int O_CLOEXEC = 0x80000;

    private static final int PROG_LOAD = 5;
    private static final int PROG_ATTACH = 8;
    private static final int PROG_DETACH = 9;
    private static final int PROG_GET_FD_BY_ID = 13;
    private static final int PROG_QUERY = 16;

    private static final int TYPE_CGROUP_DEVICE = 15;
    private static final int ATTACH_CGROUP_DEVICE = 6;
    /** Those above and below decide as well. */
    private static final int ALLOW_MULTI = 2;

    private static final int REPLACE = 4;
    private static final int ATTR_BYTES = 128;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int MOST_ATTACHED = 64;

    static {
        Native.register(LibcBpf.class, NativeLibrary.getProcess());
    }

    private LibcBpf() {}

    private static native long syscall(long number, long command, Pointer attr, long size);

    private static native int open(byte[] path, int flags);

    static native int close(int fd);

    /** Descriptor of the loaded program, closed on exec as all of bpf(2)'s are. */
    static int load(byte[] code) throws ErrnoException {
        try (Memory instructions = new Memory(code.length);
                Memory license = new Memory(16);
                Memory attr = attr()) {
            instructions.write(0, code, 0, code.length);
            license.setString(0, "Apache-2.0", "US-ASCII");
            attr.setInt(0, TYPE_CGROUP_DEVICE);
            attr.setInt(4, code.length / INSTRUCTION_BYTES);
            attr.setLong(8, Pointer.nativeValue(instructions));
            attr.setLong(16, Pointer.nativeValue(license));
            return (int) checked(PROG_LOAD, attr, "bpf(PROG_LOAD, device filter)");
        }
    }

    /** Attaches the program; {@code replaced} is the descriptor of one that goes in the same moment, or 0. */
    static void attach(String directory, int program, int replaced) throws ErrnoException {
        int cgroup = openDirectory(directory);
        try {
            attach(cgroup, directory, program, replaced);
        } finally {
            close(cgroup);
        }
    }

    private static void attach(int cgroup, String directory, int program, int replaced) throws ErrnoException {
        try (Memory attr = attr()) {
            attr.setInt(0, cgroup);
            attr.setInt(4, program);
            attr.setInt(8, ATTACH_CGROUP_DEVICE);
            attr.setInt(12, replaced == 0 ? ALLOW_MULTI : ALLOW_MULTI | REPLACE);
            attr.setInt(16, replaced);
            checked(PROG_ATTACH, attr, "bpf(PROG_ATTACH, " + directory + ")");
        }
    }

    /** Attaches the program in place of the first one that is there and detaches all others. */
    static void replaceAll(String directory, int program) throws ErrnoException {
        int cgroup = openDirectory(directory);
        try {
            boolean attached = false;
            for (int id : attached(cgroup, directory)) {
                replaceOne(cgroup, directory, byId(id), attached ? 0 : program);
                attached = true;
            }
            if (!attached) {
                attach(cgroup, directory, program, 0);
            }
        } finally {
            close(cgroup);
        }
    }

    /** Puts {@code program} in place of the old one, or with 0 only takes that away; closes the old one. */
    private static void replaceOne(int cgroup, String directory, int old, int program) throws ErrnoException {
        try {
            if (program == 0) {
                detach(cgroup, directory, old);
            } else {
                attach(cgroup, directory, program, old);
            }
        } finally {
            close(old);
        }
    }

    private static int byId(int id) throws ErrnoException {
        try (Memory attr = attr()) {
            attr.setInt(0, id);
            return (int) checked(PROG_GET_FD_BY_ID, attr, "bpf(PROG_GET_FD_BY_ID, " + id + ")");
        }
    }

    private static void detach(int cgroup, String directory, int program) throws ErrnoException {
        try (Memory attr = attr()) {
            attr.setInt(0, cgroup);
            attr.setInt(4, program);
            attr.setInt(8, ATTACH_CGROUP_DEVICE);
            checked(PROG_DETACH, attr, "bpf(PROG_DETACH, " + directory + ")");
        }
    }

    /** Ids of the programs that are the cgroup's own. */
    private static int[] attached(int cgroup, String directory) throws ErrnoException {
        try (Memory attr = attr();
                Memory ids = new Memory(4L * MOST_ATTACHED)) {
            attr.setInt(0, cgroup);
            attr.setInt(4, ATTACH_CGROUP_DEVICE);
            attr.setLong(16, Pointer.nativeValue(ids));
            attr.setInt(24, MOST_ATTACHED);
            checked(PROG_QUERY, attr, "bpf(PROG_QUERY, " + directory + ")");
            return ids.getIntArray(0, attr.getInt(24));
        }
    }

    /** EINVAL and ENOSYS are what a kernel without the feature says. */
    static boolean canQuery(String directory) {
        int cgroup;
        try {
            cgroup = openDirectory(directory);
        } catch (ErrnoException e) {
            return true;
        }
        try {
            attached(cgroup, directory);
            return true;
        } catch (ErrnoException e) {
            return !e.is(Errno.EINVAL) && !e.is(Errno.ENOSYS);
        } finally {
            close(cgroup);
        }
    }

    private static int openDirectory(String path) throws ErrnoException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        int fd = open(Arrays.copyOf(bytes, bytes.length + 1), O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) {
            throw new ErrnoException("open(" + path + ")", Native.getLastError());
        }
        return fd;
    }

    private static Memory attr() {
        Memory attr = new Memory(ATTR_BYTES);
        attr.clear();
        return attr;
    }

    private static long checked(int command, Memory attr, String call) throws ErrnoException {
        long result = syscall(SYS_BPF, command, attr, ATTR_BYTES);
        if (result < 0) {
            throw new ErrnoException(call, Native.getLastError());
        }
        return result;
    }
}
