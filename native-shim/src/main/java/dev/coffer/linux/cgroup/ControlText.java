package dev.coffer.linux.cgroup;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Content of one control file. Made once per thread and filled again with each file that is read, so that reading makes no
 * garbage: valid until the same thread reads the next one.
 */
public final class ControlText {
    private static final int FIRST_SIZE = 4096;
    private static final ThreadLocal<ControlText> OF_THREAD = ThreadLocal.withInitial(ControlText::new);

    private byte[] bytes = new byte[FIRST_SIZE];
    private int length = -1;
    /** Where the line begins that follows the last one found: figures are mostly asked for in the order of the file. */
    private int next;

    private ControlText() {}

    static ControlText ofThread() {
        return OF_THREAD.get();
    }

    /** A place for so many bytes, of which {@link #filled} tells how many came. */
    byte[] room(int size) {
        if (bytes.length < size) {
            bytes = Arrays.copyOf(bytes, size);
        }
        return bytes;
    }

    /** The first {@code count} bytes of the room are the content; -1 for no content at all. */
    ControlText filled(int count) {
        length = count;
        next = 0;
        return this;
    }

    ControlText set(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(content, 0, room(content.length), 0, content.length);
        return filled(content.length);
    }

    /** Whether the file could be read. */
    public boolean isPresent() {
        return length >= 0;
    }

    /** How many bytes there are. */
    public int length() {
        return Math.max(0, length);
    }

    public byte at(int index) {
        return bytes[index];
    }

    /** The number that the file begins with, if it is one. */
    public OptionalLong number() {
        return number(0);
    }

    /** The value of {@code key} in lines {@code key value}. */
    public OptionalLong value(String key) {
        int from = next;
        int at = find(key, from, length());
        if (at < 0 && from > 0) {
            at = find(key, 0, from);
        }
        return at < 0 ? OptionalLong.empty() : number(at);
    }

    /** Where the value of a key begins, looking at the lines that begin from {@code from} on and before {@code to}. */
    private int find(String key, int from, int to) {
        int line = from;
        while (line < to) {
            int end = line + key.length();
            boolean found = end < length && bytes[end] == ' ' && begins(line, key);
            int after = end(found ? end : line) + 1;
            if (found) {
                next = after < length ? after : 0;
                return end + 1;
            }
            line = after;
        }
        return -1;
    }

    private boolean begins(int at, String word) {
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The end of the line that {@code at} is in. */
    public int end(int at) {
        int end = at;
        while (end < length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    /** The first occurrence of a word in the line that begins at {@code line}; -1 if there is none. */
    public int indexOf(String word, int line) {
        int end = end(line) - word.length();
        for (int at = line; at <= end; at++) {
            if (begins(at, word)) {
                return at;
            }
        }
        return -1;
    }

    /** Whether the line that begins there begins with this word. */
    public boolean lineBegins(int line, String word) {
        return line + word.length() <= length && begins(line, word);
    }

    /** The decimal number that stands at {@code from} and ends there with a blank, a line or the text. */
    public OptionalLong number(int from) {
        boolean negative = from < length && bytes[from] == '-';
        int at = negative ? from + 1 : from;
        int begin = at;
        long value = 0;
        while (at < length && bytes[at] >= '0' && bytes[at] <= '9') {
            int digit = bytes[at] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return OptionalLong.empty();
            }
            value = value * 10 + digit;
            at++;
        }
        boolean ended = at >= length || bytes[at] == '\n' || bytes[at] == ' ';
        return at > begin && ended ? OptionalLong.of(negative ? -value : value) : OptionalLong.empty();
    }

    /** A part of it. */
    public String substring(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return substring(0, length());
    }
}
