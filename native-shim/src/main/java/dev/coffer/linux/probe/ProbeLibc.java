package dev.coffer.linux.probe;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;

/** Signatures as in the manual pages; next to no logic. No JNA type leaves this package. */
final class ProbeLibc {
    static {
        Native.register(ProbeLibc.class, NativeLibrary.getProcess());
    }

    private ProbeLibc() {}

    static native long syscall(long number, long a, long b, long c, long d, long e);

    static native int prctl(int option, long a, long b, long c, long d);

    /** Makes the call with these arguments and zeroes; 0 if it succeeds. */
    static int errnoOf(int number, int first, int second, int third) {
        return syscall(number, first, second, third, 0, 0) < 0 ? Native.getLastError() : 0;
    }
}
