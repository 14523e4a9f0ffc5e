package dev.coffer.linux.net;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.coffer.linux.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Signatures exactly as in the manual pages; no logic. */
final class NetLibc {
    static {
        Native.register(NetLibc.class, NativeLibrary.getProcess());
    }

    private NetLibc() {}

    static native int mount(byte[] source, byte[] target, @Nullable Pointer type, long flags, @Nullable Pointer data);

    static native int umount2(byte[] target, int flags);

    /** Must be the next native call after the failed one: JNA keeps errno per thread until then. */
    static ErrnoException lastError(String call) {
        return new ErrnoException(call, Native.getLastError());
    }

    static byte[] cString(Path path) {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
