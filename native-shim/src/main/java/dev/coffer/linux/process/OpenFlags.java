package dev.coffer.linux.process;

import com.sun.jna.Platform;

/** {@code O_*} bits; arm64 has its own numbers for two of them. */
final class OpenFlags {
    static final int O_CLOEXEC = 0x80000;
    static final int O_DIRECTORY = Platform.isARM() ? 0x4000 : 0x10000;
    static final int O_NOFOLLOW = Platform.isARM() ? 0x8000 : 0x20000;

    private OpenFlags() {}
}
