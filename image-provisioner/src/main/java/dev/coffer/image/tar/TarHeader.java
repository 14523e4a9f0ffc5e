package dev.coffer.image.tar;

import dev.coffer.linux.fs.PathBytes;
import java.nio.charset.StandardCharsets;

/**
 * One 512-byte header block.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Standard.html">tar header layout</a>
 */
final class TarHeader {
    static final int BLOCK = 512;

    private static final int CHECKSUM = 148;
    private static final int MAGIC = 257;
    private static final int PREFIX = 345;

    private final byte[] block;

    TarHeader(byte[] block) {
        this.block = block;
    }

    boolean isZero() {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** The sum of all bytes, the checksum's own counted as blanks; old tars summed signed bytes. */
    void verifyChecksum(long position) throws MalformedTarException {
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < BLOCK; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + 8 ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        long stored;
        try {
            stored = number(CHECKSUM, 8, "checksum");
        } catch (MalformedTarException e) {
            stored = -1;
        }
        if (stored != unsigned && stored != signed) {
            throw new MalformedTarException("no tar header at offset " + position + "");
        }
    }

    char type() {
        return (char) (block[156] & 0xff);
    }

    PathBytes name() {
        PathBytes name = text(0, 100);
        boolean posix = new String(block, MAGIC, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
        PathBytes prefix = posix ? text(PREFIX, 155) : PathBytes.EMPTY;
        return prefix.resolve(name);
    }

    PathBytes linkName() {
        return text(157, 100);
    }

    long mode() throws MalformedTarException {
        return number(100, 8, "mode");
    }

    long uid() throws MalformedTarException {
        return number(108, 8, "uid");
    }

    long gid() throws MalformedTarException {
        return number(116, 8, "gid");
    }

    long size() throws MalformedTarException {
        return number(124, 12, "size");
    }

    long modified() throws MalformedTarException {
        return number(136, 12, "mtime");
    }

    int deviceMajor() throws MalformedTarException {
        return device(329);
    }

    int deviceMinor() throws MalformedTarException {
        return device(337);
    }

    private int device(int at) throws MalformedTarException {
        long number = number(at, 8, "device number");
        if (number < 0 || number > 0xffffffffL) {
            throw new MalformedTarException("device number " + number + " is out of range");
        }
        return (int) number;
    }

    /** Octal digits, or GNU's base 256 if the first bit is set. */
    long number(int at, int length, String field) throws MalformedTarException {
        if ((block[at] & 0x80) != 0) {
            return base256(at, length, field);
        }
        int i = at;
        int end = at + length;
        while (i < end && (block[i] == ' ' || block[i] == 0)) {
            i++;
        }
        long value = 0;
        for (; i < end && block[i] != ' ' && block[i] != 0; i++) {
            if (block[i] < '0' || block[i] > '7') {
                throw new MalformedTarException(field + " is not an octal number");
            }
            value = value << 3 | (block[i] - '0');
        }
        return value;
    }

    private long base256(int at, int length, String field) throws MalformedTarException {
        boolean negative = (block[at] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int digit = block[at + i] & 0xff;
            if (i == 0) {
                digit = negative ? digit | 0x80 : digit & 0x7f;
            }
            int fill = negative ? 0xff : 0;
            if (i < length - 8 && digit != fill) {
                throw new MalformedTarException(field + " is too large");
            }
            value = value << 8 | digit;
        }
        if (value < 0 != negative) {
            throw new MalformedTarException(field + " is too large");
        }
        return value;
    }

    PathBytes text(int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) {
            end++;
        }
        return PathBytes.of(block, at, end);
    }

    byte at(int index) {
        return block[index];
    }
}
