package dev.coffer.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Writes tars block by block, so that tests can write what no tar program would. */
public final class TarBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A regular file. */
    public TarBytes file(String name, String content) {
        return entry('0', name, "", 0644, content.getBytes(StandardCharsets.UTF_8));
    }

    public TarBytes directory(String name) {
        return entry('5', name, "", 0755, new byte[0]);
    }

    public TarBytes symlink(String name, String target) {
        return entry('2', name, target, 0777, new byte[0]);
    }

    public TarBytes hardLink(String name, String target) {
        return entry('1', name, target, 0644, new byte[0]);
    }

    /** A PAX header of {@code key=value} records for the entry that follows. */
    public TarBytes pax(String key, byte[] value) {
        byte[] rest = (" " + key + "=").getBytes(StandardCharsets.UTF_8);
        int length = rest.length + value.length + 1;
        int digits = String.valueOf(length + String.valueOf(length).length()).length();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(String.valueOf(length + digits).getBytes(StandardCharsets.UTF_8));
        body.writeBytes(rest);
        body.writeBytes(value);
        body.write('\n');
        return entry('x', "pax", "", 0644, body.toByteArray());
    }

    /** Any entry: uid 1000, gid 1001, mtime 1234567890, device 5:6. */
    public TarBytes entry(char type, String name, String link, int mode, byte[] content) {
        out.writeBytes(header(type, name, link, mode, content.length));
        out.writeBytes(content);
        out.writeBytes(new byte[-content.length & 511]);
        return this;
    }

    /** Bytes as they are. */
    public TarBytes raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    /** One header block with a valid checksum. */
    public static byte[] header(char type, String name, String link, int mode, long size) {
        byte[] block = new byte[512];
        put(block, 0, name.getBytes(StandardCharsets.ISO_8859_1));
        put(block, 100, String.format("%07o", mode).getBytes(StandardCharsets.US_ASCII));
        put(block, 108, String.format("%07o", 1000).getBytes(StandardCharsets.US_ASCII));
        put(block, 116, String.format("%07o", 1001).getBytes(StandardCharsets.US_ASCII));
        put(block, 124, String.format("%011o", size).getBytes(StandardCharsets.US_ASCII));
        put(block, 136, String.format("%011o", 1234567890).getBytes(StandardCharsets.US_ASCII));
        block[156] = (byte) type;
        put(block, 157, link.getBytes(StandardCharsets.ISO_8859_1));
        put(block, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
        put(block, 329, "0000005".getBytes(StandardCharsets.US_ASCII));
        put(block, 337, "0000006".getBytes(StandardCharsets.US_ASCII));
        return checked(block);
    }

    /** Sets the checksum. */
    public static byte[] checked(byte[] block) {
        java.util.Arrays.fill(block, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, 148, String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII));
        return block;
    }

    private static void put(byte[] block, int at, byte[] bytes) {
        System.arraycopy(bytes, 0, block, at, Math.min(bytes.length, block.length - at));
    }

    /** The tar with its end mark. */
    public byte[] toBytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(new byte[1024]);
        return whole.toByteArray();
    }

    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return compressed.toByteArray();
    }
}
