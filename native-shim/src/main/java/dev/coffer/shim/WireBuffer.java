package dev.coffer.shim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Grows a plan in the launcher's wire format; see shim.h. */
final class WireBuffer {
    private static final int KIND_STRING = 's';
    private static final int KIND_NUMBER = 'u';
    private static final int KIND_BLOB = 'b';
    private static final int KIND_LIST = 'l';

    private ByteBuffer bytes = ByteBuffer.allocate(16 << 10).order(ByteOrder.nativeOrder());

    WireBuffer int32(int value) {
        reserve(Integer.BYTES).putInt(value);
        return this;
    }

    WireBuffer string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(
                    "a launch plan cannot hold a NUL character: '" + text.replace("\0", "\\0") + "'");
        }
        return argument(KIND_STRING, Arrays.copyOf(utf8, utf8.length + 1));
    }

    WireBuffer number(long value) {
        ByteBuffer out = head(KIND_NUMBER, Long.BYTES);
        out.putLong(value);
        return this;
    }

    /** An unsigned 32-bit id. */
    WireBuffer id(int value) {
        return number(Integer.toUnsignedLong(value));
    }

    WireBuffer list(List<String> texts) {
        int length = 0;
        byte[][] all = new byte[texts.size()][];
        for (int i = 0; i < all.length; i++) {
            if (texts.get(i).indexOf('\0') >= 0) {
                throw new IllegalArgumentException("an argument or variable cannot hold a NUL character");
            }
            all[i] = texts.get(i).getBytes(StandardCharsets.UTF_8);
            length += all[i].length + 1;
        }
        ByteBuffer out = head(KIND_LIST, length);
        for (byte[] text : all) {
            out.put(text).put((byte) 0);
        }
        return pad(length);
    }

    WireBuffer blob(byte[] content) {
        return argument(KIND_BLOB, content);
    }

    WireBuffer int32Blob(List<Integer> values) {
        ByteBuffer out = head(KIND_BLOB, values.size() * Integer.BYTES);
        values.forEach(out::putInt);
        return pad(values.size() * Integer.BYTES);
    }

    WireBuffer int64Blob(List<Long> values) {
        ByteBuffer out = head(KIND_BLOB, values.size() * Long.BYTES);
        values.forEach(out::putLong);
        return this;
    }

    /** The bytes so far, with their number written at {@code lengthOffset}. */
    byte[] finish(int lengthOffset) {
        bytes.putInt(lengthOffset, bytes.position());
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    private WireBuffer argument(int kind, byte[] content) {
        head(kind, content.length).put(content);
        return pad(content.length);
    }

    private ByteBuffer head(int kind, int length) {
        reserve(2 * Integer.BYTES + padded(length)).putInt(kind).putInt(length);
        return bytes;
    }

    private WireBuffer pad(int length) {
        for (int i = length; i < padded(length); i++) {
            bytes.put((byte) 0);
        }
        return this;
    }

    private static int padded(int length) {
        return (length + 7) & ~7;
    }

    private ByteBuffer reserve(int length) {
        if (bytes.remaining() < length) {
            int wanted = Math.max(2 * bytes.capacity(), bytes.position() + length);
            ByteBuffer larger = ByteBuffer.allocate(wanted).order(ByteOrder.nativeOrder());
            larger.put(bytes.flip());
            bytes = larger;
        }
        return bytes;
    }
}
