package dev.coffer.image.unpack;

import dev.coffer.image.InvalidImageException;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Any number of gzip members, by the JVM's zlib; the JVM's own gzip stream may stop after the first.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class JdkGzipDecoder implements Decoder {
    private static final int FIXED_HEADER = 10;
    private static final int TRAILER = 8;
    private static final int MAX_HEADER = 128 << 10;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private Part part = Part.HEADER;

    private enum Part {
        HEADER,
        BODY,
        TRAILER
    }

    @Override
    public boolean decode(ByteBuffer in, ByteBuffer out) throws IOException {
        int before = in.remaining() + out.remaining();
        switch (part) {
            case HEADER -> readHeader(in);
            case BODY -> inflate(in, out);
            case TRAILER -> readTrailer(in);
        }
        return before != in.remaining() + out.remaining();
    }

    /** Headers are short, so the collected bytes are looked at again with each one that comes. */
    private void readHeader(ByteBuffer in) throws IOException {
        while (in.hasRemaining()) {
            pending.write(in.get());
            if (pending.size() > MAX_HEADER) {
                throw malformed("its header is too long");
            }
            if (pending.size() >= FIXED_HEADER && isWholeHeader(pending.toByteArray())) {
                pending.reset();
                inflater.reset();
                checksum.reset();
                part = Part.BODY;
                return;
            }
        }
    }

    private static boolean isWholeHeader(byte[] header) throws IOException {
        int flags = header[3] & 0xff;
        if (header[0] != 0x1f || header[1] != (byte) 0x8b || header[2] != 8 || (flags & RESERVED) != 0) {
            throw malformed("invalid header");
        }
        int length = FIXED_HEADER;
        if ((flags & EXTRA) != 0) {
            if (header.length < length + 2) {
                return false;
            }
            length += 2 + ((header[length] & 0xff) | (header[length + 1] & 0xff) << 8);
        }
        for (int text : new int[] {NAME, COMMENT}) {
            if ((flags & text) != 0) {
                while (length < header.length && header[length] != 0) {
                    length++;
                }
                length++;
            }
        }
        if ((flags & HEADER_CHECKSUM) != 0) {
            length += 2;
        }
        return header.length >= length;
    }

    private void inflate(ByteBuffer in, ByteBuffer out) throws IOException {
        if (inflater.needsInput()) {
            inflater.setInput(in);
        }
        int start = out.position();
        try {
            inflater.inflate(out);
        } catch (DataFormatException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
        checksum.update(out.slice(start, out.position() - start));
        if (inflater.needsDictionary()) {
            throw malformed("it needs a dictionary");
        }
        if (inflater.finished()) {
            part = Part.TRAILER;
        }
    }

    private void readTrailer(ByteBuffer in) throws IOException {
        while (in.hasRemaining() && pending.size() < TRAILER) {
            pending.write(in.get());
        }
        if (pending.size() == TRAILER) {
            ByteBuffer trailer = ByteBuffer.wrap(pending.toByteArray()).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            if (trailer.getInt(0) != (int) checksum.getValue()
                    || trailer.getInt(4) != (int) inflater.getBytesWritten()) {
                throw malformed("wrong checksum");
            }
            pending.reset();
            part = Part.HEADER;
        }
    }

    private static InvalidImageException malformed(String cause) {
        return new InvalidImageException("the gzip stream is malformed (" + cause + ")");
    }

    @Override
    public void finish() throws EOFException {
        if (part != Part.HEADER || pending.size() > 0) {
            throw new EOFException("the gzip stream ends early");
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
