package dev.coffer.image.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Fails when bytes trickle: a server that sends one now and then never runs into a socket's timeout. Only time spent
 * waiting for it counts, for the disk may be slow too.
 */
final class StallGuard extends FilterInputStream {
    private static final long LEAST_BYTES_PER_SECOND = 64;

    private final Duration window;
    private long waitedNanos;
    private long bytes;

    StallGuard(InputStream in, Duration window) {
        super(in);
        this.window = window;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        long start = System.nanoTime();
        int count = in.read(target, offset, length);
        waitedNanos += System.nanoTime() - start;
        bytes += Math.max(count, 0);
        if (waitedNanos >= window.toNanos()) {
            if (count >= 0 && bytes < LEAST_BYTES_PER_SECOND * Math.max(1, window.toSeconds())) {
                throw new IOException(
                        "stalled: " + bytes + " bytes came in " + window.toSeconds() + " s (--fetcher_stall_timeout)");
            }
            waitedNanos = 0;
            bytes = 0;
        }
        return count;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
