package dev.coffer.image.unpack;

import dev.coffer.image.tar.TarInput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * One layer on its way from its stored form to its tar: a thread of its own reads, hashes and decompresses, while the
 * caller's takes the plain bytes. Memory is bounded by the few buffers that go round.
 */
final class LayerPipe implements TarInput, AutoCloseable {
    private static final int PIECES = 4;
    private static final int PIECE_BYTES = 512 << 10;
    private static final int STORED_BYTES = 256 << 10;
    private static final ByteBuffer END = ByteBuffer.allocateDirect(0);

    private final BlockingQueue<ByteBuffer> empty = new ArrayBlockingQueue<>(PIECES);
    private final BlockingQueue<ByteBuffer> full = new ArrayBlockingQueue<>(PIECES + 1);
    private final InputStream blob;
    private final RunningDigest stored;
    private final Meter meter;
    private final Thread reader;
    private ByteBuffer current = END;
    private ByteBuffer lent = END;
    private boolean ended;
    private @Nullable IOException failure;
    private volatile boolean sourceBroken;
    private volatile boolean unwanted;
    private volatile boolean stopped;

    /** Is told what passes, and may stop it by an exception. */
    interface Meter {
        void stored(long total) throws IOException;

        void plain(ByteBuffer bytes) throws IOException;
    }

    /**
     * Starts reading.
     *
     * @param blob is read to its end unless this is closed before
     * @param stored gets the stored bytes; is the caller's again after {@link #close}
     */
    LayerPipe(InputStream blob, RunningDigest stored, Meter meter) {
        this.blob = blob;
        this.stored = stored;
        this.meter = meter;
        for (int i = 0; i < PIECES; i++) {
            empty.add(ByteBuffer.allocateDirect(PIECE_BYTES));
        }
        this.reader = new Thread(this::readToEnd, "coffer-layer-read");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public ByteBuffer next(int max) throws IOException {
        if (!current.hasRemaining() && !refill()) {
            return END;
        }
        int count = Math.min(max, current.remaining());
        lent = current.slice(current.position(), count);
        current.position(current.position() + count);
        return lent;
    }

    private boolean refill() throws IOException {
        if (ended) {
            return false;
        }
        if (!isEnd(current)) {
            empty.add(current.clear());
        }
        try {
            current = full.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
        if (isEnd(current)) {
            ended = true;
            if (failure != null) {
                throw failure;
            }
            return false;
        }
        meter.plain(current);
        return true;
    }

    private static boolean isEnd(ByteBuffer piece) {
        return piece.capacity() == 0;
    }

    /** Takes what is left after the tar's own end. */
    void drain() throws IOException {
        current.position(current.limit());
        while (refill()) {
            current.position(current.limit());
        }
    }

    /** The plain bytes are of no more interest, only the digest of the stored ones. */
    void readOnlyStored() {
        unwanted = true;
        while (!ended) {
            try {
                ByteBuffer piece = full.take();
                ended = isEnd(piece);
                if (!ended) {
                    empty.add(piece.clear());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Whether the stored bytes did not come to their end. */
    boolean isSourceBroken() {
        return sourceBroken || !ended;
    }

    private void readToEnd() {
        try {
            decodeToEnd();
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            failure = new InterruptedIOException("stopped");
        } catch (RuntimeException e) {
            failure = new IOException(String.valueOf(e.getMessage()), e);
        } finally {
            full.add(END); // publishes the failure, too
        }
    }

    private void decodeToEnd() throws IOException, InterruptedException {
        byte[] bytes = new byte[STORED_BYTES];
        ByteBuffer in = ByteBuffer.allocateDirect(STORED_BYTES);
        read(bytes, in);
        try (Decoder decoder = Decoder.of(in)) {
            decode(decoder, bytes, in);
        } catch (IOException e) {
            if (!sourceBroken) {
                readRest(bytes, in);
            }
            throw e;
        }
    }

    private void decode(Decoder decoder, byte[] bytes, ByteBuffer in) throws IOException, InterruptedException {
        ByteBuffer out = empty.take();
        boolean more = in.hasRemaining();
        while (!unwanted) {
            boolean moved = decoder.decode(in, out);
            if (!out.hasRemaining()) {
                full.put(out.flip());
                out = empty.take();
            } else if (!moved && in.hasRemaining()) {
                throw new IOException("the decompressor is stuck");
            } else if (!moved && !more) {
                break;
            } else if (!in.hasRemaining() && more) {
                more = read(bytes, in);
            }
        }
        if (unwanted) {
            readRest(bytes, in);
            return;
        }
        if (out.position() > 0) {
            full.put(out.flip());
        }
        decoder.finish();
    }

    private void readRest(byte[] bytes, ByteBuffer in) throws IOException {
        boolean more = true;
        while (more) {
            more = read(bytes, in);
        }
    }

    /** Fills {@code in}; false at the end. The first four bytes come together. */
    private boolean read(byte[] bytes, ByteBuffer in) throws IOException {
        int count = 0;
        try {
            int got = 0;
            while (got >= 0 && count < STORED_BYTES && !stopped) {
                got = blob.read(bytes, count, STORED_BYTES - count);
                count += Math.max(got, 0);
            }
            if (stopped) {
                throw new InterruptedIOException("stopped");
            }
        } catch (IOException e) {
            sourceBroken = true;
            throw e;
        }
        in.clear().put(bytes, 0, count).flip();
        stored.update(in);
        if (count > 0) {
            meter.stored(stored.count());
        }
        return count > 0;
    }

    /** Waits for the thread, stopped if it is not at its end. Then {@code blob} is the caller's again. */
    @Override
    public void close() {
        stopped = true;
        boolean interrupted = false;
        if (!ended) {
            reader.interrupt();
            try {
                blob.close();
            } catch (IOException e) {
                sourceBroken = true;
            }
        }
        while (reader.isAlive()) {
            try {
                reader.join();
            } catch (InterruptedException e) {
                interrupted = true;
                reader.interrupt();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
