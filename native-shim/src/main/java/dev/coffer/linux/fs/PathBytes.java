package dev.coffer.linux.fs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A path or file name as the bytes the kernel sees, which need not be valid in any character set. Immutable. */
public final class PathBytes {
    /** The directory itself; also the parent of a single name. */
    public static final PathBytes EMPTY = new PathBytes(new byte[0]);

    private final byte[] bytes;

    private PathBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The UTF-8 form of {@code text}. */
    public static PathBytes of(String text) {
        return new PathBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    public static PathBytes of(byte[] raw) {
        return new PathBytes(raw.clone());
    }

    /** A part of {@code raw}. */
    public static PathBytes of(byte[] raw, int from, int to) {
        return new PathBytes(Arrays.copyOfRange(raw, from, to));
    }

    public int length() {
        return bytes.length;
    }

    public boolean isEmpty() {
        return bytes.length == 0;
    }

    public byte at(int index) {
        return bytes[index];
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    public boolean startsWith(PathBytes prefix) {
        return bytes.length >= prefix.bytes.length
                && Arrays.equals(bytes, 0, prefix.bytes.length, prefix.bytes, 0, prefix.bytes.length);
    }

    /** From {@code index} to the end. */
    public PathBytes from(int index) {
        return new PathBytes(Arrays.copyOfRange(bytes, index, bytes.length));
    }

    /** Everything before the last slash, {@link #EMPTY} for a single name. */
    public PathBytes parent() {
        int slash = lastSlash();
        return slash < 0 ? EMPTY : new PathBytes(Arrays.copyOf(bytes, slash));
    }

    /** What follows the last slash. */
    public PathBytes name() {
        int slash = lastSlash();
        return slash < 0 ? this : from(slash + 1);
    }

    /** {@code this/child}; just the child if this is empty. */
    public PathBytes resolve(PathBytes child) {
        if (isEmpty()) {
            return child;
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + child.bytes.length);
        joined[bytes.length] = '/';
        System.arraycopy(child.bytes, 0, joined, bytes.length + 1, child.bytes.length);
        return new PathBytes(joined);
    }

    /** Whether this names an entry of a directory: not empty, no slash, neither {@code .} nor {@code ..}. */
    public boolean isSingleName() {
        boolean dots = bytes.length <= 2 && bytes.length > 0 && bytes[0] == '.' && bytes[bytes.length - 1] == '.';
        return bytes.length > 0 && !dots && lastSlash() < 0;
    }

    private int lastSlash() {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    /** The bytes themselves, for native calls of this package that copy them at once. */
    byte[] shared() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathBytes path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** For messages: read as UTF-8, control characters replaced, shortened if it is very long. */
    @Override
    public String toString() {
        String text = new String(bytes, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}]", "?");
        return text.length() <= 300 ? text : text.substring(0, 300) + "...";
    }
}
