package dev.coffer.linux.terminal;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.coffer.linux.ErrnoException;

/** Signatures as in the manual pages; no logic. No JNA type leaves this package. */
final class TerminalLibc {
    /** {@code struct termios} of glibc is 60 bytes on every 64-bit machine. */
    static final int TERMIOS_BYTES = 64;

    static final int TCSADRAIN = 1;

    static {
        Native.register(TerminalLibc.class, NativeLibrary.getProcess());
    }

    private TerminalLibc() {}

    static native int isatty(int fd);

    static native int tcgetattr(int fd, Pointer termios);

    static native int tcsetattr(int fd, int when, Pointer termios);

    static native void cfmakeraw(Pointer termios);

    static native int ioctl(int fd, long request, Pointer argument);

    static native long read(int fd, byte[] bytes, long length);

    static native long write(int fd, Pointer bytes, long length);

    static native int close(int fd);

    /** Must be the next native call after the failed one: JNA keeps errno per thread until then. */
    static ErrnoException lastError(String call) {
        return new ErrnoException(call, Native.getLastError());
    }
}
