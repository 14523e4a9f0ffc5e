package dev.coffer.image.unpack;

import dev.coffer.image.Digest;
import dev.coffer.linux.codec.NativeHash;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The digest of bytes as they pass, by the host's libcrypto if there is one. Confined to one thread at a time. */
final class RunningDigest implements AutoCloseable {
    private final Digest.Algorithm algorithm;
    private final @Nullable NativeHash fast;
    private final @Nullable MessageDigest slow;
    private final AtomicLong total = new AtomicLong();
    private @Nullable Digest digest;

    RunningDigest(Digest.Algorithm algorithm) {
        this.algorithm = algorithm;
        Optional<NativeHash> found = algorithm == Digest.Algorithm.SHA256 ? NativeHash.sha256() : NativeHash.sha512();
        this.fast = found.orElse(null);
        this.slow = fast == null ? algorithm.start() : null;
    }

    /** Takes what remains of a direct buffer, whose position stays. */
    void update(ByteBuffer bytes) {
        total.set(total.get() + bytes.remaining());
        if (fast != null) {
            fast.update(bytes);
        } else if (slow != null) {
            slow.update(bytes.duplicate());
        }
    }

    long count() {
        return total.get();
    }

    /** Of everything so far; nothing more may be added. */
    Digest finish() {
        Digest known = digest;
        if (known == null) {
            known = Digest.finish(algorithm, fast != null ? fast.finish() : slow != null ? slow.digest() : new byte[0]);
            digest = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (fast != null) {
            fast.close();
        }
    }
}
