package dev.coffer.linux.codec;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A SHA-2 digest by OpenSSL's libcrypto, which uses the processor's instructions from the first byte: a JVM does so only
 * once its optimizing compiler has run, which in a short-lived program it never does. Confined to one thread.
 *
 * @see <a href="https://docs.openssl.org/3.0/man3/EVP_DigestInit/">EVP_DigestInit(3)</a>
 */
public final class NativeHash implements AutoCloseable {
    private static final int SUCCESS = 1;
    private static final int MAX_DIGEST = 64;

    private long context;

    private NativeHash(long context) {
        this.context = context;
    }

    /** Empty if the host has no libcrypto. */
    public static Optional<NativeHash> sha256() {
        return Crypto.AVAILABLE ? start(Crypto.EVP_sha256()) : Optional.empty();
    }

    /** Empty if the host has no libcrypto. */
    public static Optional<NativeHash> sha512() {
        return Crypto.AVAILABLE ? start(Crypto.EVP_sha512()) : Optional.empty();
    }

    private static Optional<NativeHash> start(long algorithm) {
        long context = Crypto.EVP_MD_CTX_new();
        if (context == 0) {
            return Optional.empty();
        }
        NativeHash hash = new NativeHash(context);
        if (Crypto.EVP_DigestInit_ex(context, algorithm, 0) != SUCCESS) {
            hash.close();
            return Optional.empty();
        }
        return Optional.of(hash);
    }

    /** Takes what remains of a direct buffer; its position stays. */
    public void update(ByteBuffer bytes) {
        long address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes)) + bytes.position();
        require(Crypto.EVP_DigestUpdate(open(), address, bytes.remaining()));
    }

    /** Of everything so far; nothing more may be added. */
    public byte[] finish() {
        try (Memory digest = new Memory(MAX_DIGEST + Integer.BYTES)) {
            long address = Pointer.nativeValue(digest);
            require(Crypto.EVP_DigestFinal_ex(open(), address, address + MAX_DIGEST));
            return digest.getByteArray(0, digest.getInt(MAX_DIGEST));
        }
    }

    private long open() {
        if (context == 0) {
            throw new IllegalStateException("hash is closed");
        }
        return context;
    }

    private static void require(int result) {
        if (result != SUCCESS) {
            throw new IllegalStateException("libcrypto refuses to hash");
        }
    }

    /** Idempotent. */
    @Override
    public void close() {
        if (context != 0) {
            Crypto.EVP_MD_CTX_free(context);
            context = 0;
        }
    }

    /** Pointers as their addresses; no logic but to find the library. */
    private static final class Crypto {
        static final boolean AVAILABLE = register();

        private static boolean register() {
            return registerFrom("libcrypto.so.3") || registerFrom("libcrypto.so.1.1");
        }

        private static boolean registerFrom(String library) {
            try {
                Native.register(Crypto.class, NativeLibrary.getInstance(library));
                return true;
            } catch (UnsatisfiedLinkError absent) {
                return false;
            }
        }

        static native long EVP_MD_CTX_new();

        static native void EVP_MD_CTX_free(long context);

        static native long EVP_sha256();

        static native long EVP_sha512();

        static native int EVP_DigestInit_ex(long context, long algorithm, long engine);

        static native int EVP_DigestUpdate(long context, long bytes, long count);

        static native int EVP_DigestFinal_ex(long context, long digest, long length);
    }
}
