package dev.coffer.image.unpack;

import dev.coffer.image.Digest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Counts and hashes what passes, and remembers whether the stream below it failed. */
final class MeteredInput extends FilterInputStream {
    private final Digest.Algorithm algorithm;
    private final MessageDigest hash;
    private final Meter meter;
    private long count;
    private boolean broken;
    private @Nullable Digest digest;

    /** Is told after each read, and may stop it. */
    interface Meter {
        void passed(int bytes, long total) throws IOException;
    }

    MeteredInput(InputStream in, Digest.Algorithm algorithm, Meter meter) {
        super(in);
        this.algorithm = algorithm;
        this.hash = algorithm.start();
        this.meter = meter;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(target, offset, length);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
        if (read > 0) {
            hash.update(target, offset, read);
            count += read;
            meter.passed(read, count);
        }
        return read;
    }

    /** Through the hash, or it would be wrong. */
    @Override
    public long skip(long wanted) throws IOException {
        byte[] skipped = new byte[(int) Math.min(wanted, 8192)];
        return Math.max(read(skipped, 0, skipped.length), 0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    void drain() throws IOException {
        byte[] rest = new byte[64 * 1024];
        while (read(rest, 0, rest.length) >= 0) {
            // only the count and the hash matter
        }
    }

    long count() {
        return count;
    }

    boolean isBroken() {
        return broken;
    }

    /** Of everything so far; nothing more may be read. */
    Digest digest() {
        Digest known = digest;
        if (known == null) {
            known = Digest.finish(algorithm, hash.digest());
            digest = known;
        }
        return known;
    }
}
