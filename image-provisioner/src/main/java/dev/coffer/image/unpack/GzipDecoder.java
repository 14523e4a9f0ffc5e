package dev.coffer.image.unpack;

import dev.coffer.image.InvalidImageException;
import dev.coffer.linux.codec.IsalGzip;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Any number of gzip members, by ISA-L. */
final class GzipDecoder implements Decoder {
    private final IsalGzip gzip;
    private boolean betweenMembers;

    private GzipDecoder(IsalGzip gzip) {
        this.gzip = gzip;
    }

    /** The fastest that this host has. */
    static Decoder open() {
        Optional<IsalGzip> fast = IsalGzip.open();
        return fast.isPresent() ? new GzipDecoder(fast.get()) : new JdkGzipDecoder();
    }

    @Override
    public boolean decode(ByteBuffer in, ByteBuffer out) throws IOException {
        if (betweenMembers) {
            if (!in.hasRemaining()) {
                return false;
            }
            gzip.nextMember();
            betweenMembers = false;
        }
        int before = in.remaining() + out.remaining();
        int result = gzip.inflate(in, out);
        if (result < 0) {
            throw new InvalidImageException("the gzip stream is malformed (" + describe(result) + ")");
        }
        betweenMembers = gzip.atEndOfMember();
        return before != in.remaining() + out.remaining();
    }

    private static String describe(int result) {
        return switch (result) {
            case -1 -> "invalid block";
            case -2 -> "invalid symbol";
            case -3 -> "invalid distance";
            case -4 -> "invalid header";
            case -5 -> "unknown method";
            case -6 -> "wrong checksum";
            default -> "error " + result;
        };
    }

    @Override
    public void finish() throws EOFException {
        if (!betweenMembers) {
            throw new EOFException("the gzip stream ends early");
        }
    }

    @Override
    public void close() {
        gzip.close();
    }
}
