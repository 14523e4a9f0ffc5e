package dev.coffer.linux.process;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.coffer.linux.ErrnoException;
import org.jspecify.annotations.Nullable;

/** Signatures exactly as in the manual pages; no logic. No JNA type leaves this package. */
final class ProcessLibc {
    static {
        Native.register(ProcessLibc.class, NativeLibrary.getProcess());
    }

    private ProcessLibc() {}

    static native int memfd_create(byte[] name, int flags);

    static native long write(int fd, Pointer bytes, long length);

    static native long read(int fd, Pointer bytes, long length);

    static native int close(int fd);

    static native int fcntl(int fd, int command, long argument);

    static native int open(byte[] path, int flags, int mode);

    static native int socketpair(int domain, int type, int protocol, int[] fds);

    static native long send(int fd, byte[] bytes, long length, int flags);

    static native long sendmsg(int fd, Pointer message, int flags);

    static native long recvmsg(int fd, Pointer message, int flags);

    static native int poll(Pointer fds, long count, int timeout);

    static native int epoll_create1(int flags);

    static native int epoll_ctl(int epoll, int operation, int fd, Pointer event);

    static native int epoll_wait(int epoll, Pointer events, int max, int timeout);

    static native int eventfd(int initial, int flags);

    static native int waitid(int kind, int id, Pointer info, int options);

    static native int kill(int pid, int signal);

    static native int geteuid();

    static native long syscall(long number, long a, long b, @Nullable Pointer c, long d);

    static native int posix_spawn(
            int[] pid, byte[] path, Pointer actions, Pointer attributes, Pointer arguments, Pointer environment);

    static native int posix_spawn_file_actions_init(Pointer actions);

    static native int posix_spawn_file_actions_destroy(Pointer actions);

    static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

    static native int posix_spawnattr_init(Pointer attributes);

    static native int posix_spawnattr_destroy(Pointer attributes);

    static native int posix_spawnattr_setflags(Pointer attributes, short flags);

    static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer mask);

    static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer signals);

    /** Must be the next native call after the failed one: JNA keeps errno per thread until then. */
    static ErrnoException lastError(String call) {
        return new ErrnoException(call, Native.getLastError());
    }

    static byte[] cString(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return java.util.Arrays.copyOf(bytes, bytes.length + 1);
    }
}
