package dev.coffer.image.registry;

import dev.coffer.image.InvalidImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one blob as one stream, although the connection may break: it is resumed where it broke, so that what was
 * hashed and unpacked so far stays valid. Confined to one thread.
 */
final class BlobStream extends InputStream {
    private static final int MAX_RESUMES = 50;
    /** Bytes without a failure that show that the server is in order again. */
    private static final int PROGRESS = 64 << 10;

    private final RegistryRequests requests;
    private final URI uri;
    private final long size;
    private @Nullable HttpResponse response;
    private @Nullable InputStream body;
    private long position;
    private long sinceFailure;
    private int failuresInARow;
    private int resumes;

    /**
     * A blob.
     *
     * @param from the first byte that is wanted
     */
    BlobStream(RegistryRequests requests, URI uri, long size, long from) {
        this.requests = requests;
        this.uri = uri;
        this.size = size;
        this.position = from;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (true) {
            try {
                int count = opened().read(target, offset, length);
                if (count < 0 && position < size) {
                    throw new EOFException("the blob ends after " + position + " of " + size + " bytes");
                }
                position += Math.max(count, 0);
                sinceFailure += Math.max(count, 0);
                if (sinceFailure >= PROGRESS) {
                    failuresInARow = 0;
                }
                return count;
            } catch (InvalidImageException e) {
                throw e;
            } catch (IOException e) {
                release();
                sinceFailure = 0;
                failuresInARow++;
                resumes++;
                if (failuresInARow >= requests.patience().attempts()
                        || resumes > MAX_RESUMES
                        || Thread.currentThread().isInterrupted()) {
                    throw new IOException(
                            uri.getAuthority() + ": " + e.getMessage() + " (" + resumes + " attempts)", e);
                }
                requests.pause(failuresInARow, e);
            }
        }
    }

    private InputStream opened() throws IOException {
        InputStream open = body;
        if (open == null) {
            open = request();
            body = open;
        }
        return open;
    }

    private InputStream request() throws IOException {
        Map<String, String> range = position == 0 ? Map.of() : Map.of("Range", "bytes=" + position + "-");
        HttpResponse opened = requests.get(uri, range);
        response = opened;
        InputStream content = opened.body();
        if (position == 0) {
            return content;
        }
        if (opened.status() != 206) {
            content.skipNBytes(position); // the server knows no ranges and starts again
            return content;
        }
        String granted = opened.header("Content-Range").orElse("");
        if (!granted.startsWith("bytes " + position + "-")) {
            throw new IOException("the registry resumes the blob at the wrong place");
        }
        return content;
    }

    private void release() {
        HttpResponse open = response;
        response = null;
        body = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        release();
    }
}
