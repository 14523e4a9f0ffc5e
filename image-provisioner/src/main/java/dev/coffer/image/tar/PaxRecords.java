package dev.coffer.image.tar;

import dev.coffer.linux.fs.PathBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records of PAX extended headers, values as the bytes that were written: {@code security.capability} is binary.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_03">pax extended
 *     header</a>
 */
final class PaxRecords {
    private static final String XATTR = "SCHILY.xattr.";
    private static final String OFFSET = "GNU.sparse.offset";
    private static final String NUMBYTES = "GNU.sparse.numbytes";

    private final Map<String, byte[]> records = new LinkedHashMap<>();
    private final List<Long> oldSparseMap = new ArrayList<>();

    /** Adds the records of one header body; a later record replaces an earlier one, an empty value removes it. */
    void parse(byte[] body) throws MalformedTarException {
        int at = 0;
        while (at < body.length) {
            int blank = at;
            int length = 0;
            while (blank < body.length && body[blank] >= '0' && body[blank] <= '9' && blank - at < 9) {
                length = length * 10 + (body[blank++] - '0');
            }
            int end = at + length;
            if (blank == at || blank >= body.length || body[blank] != ' ' || end > body.length || end <= blank + 1) {
                throw new MalformedTarException("PAX header has a record of a wrong length");
            }
            int equals = blank + 1;
            while (equals < end && body[equals] != '=') {
                equals++;
            }
            if (equals == end || body[end - 1] != '\n') {
                throw new MalformedTarException("PAX header has a record that is not key=value");
            }
            String key = new String(body, blank + 1, equals - blank - 1, StandardCharsets.ISO_8859_1);
            put(key, java.util.Arrays.copyOfRange(body, equals + 1, end - 1));
            at = end;
        }
    }

    private void put(String key, byte[] value) throws MalformedTarException {
        if (key.equals(OFFSET) || key.equals(NUMBYTES)) {
            oldSparseMap.add(parseNumber(key, value)); // sparse format 0.0 repeats these keys
        } else if (value.length == 0 && !key.startsWith(XATTR)) {
            records.remove(key);
        } else {
            records.put(key, value);
        }
    }

    void putAll(PaxRecords other) {
        records.putAll(other.records);
    }

    void clear() {
        records.clear();
        oldSparseMap.clear();
    }

    Optional<PathBytes> path(String key) {
        return Optional.ofNullable(records.get(key)).map(PathBytes::of);
    }

    Optional<String> text(String key) {
        return Optional.ofNullable(records.get(key)).map(value -> new String(value, StandardCharsets.UTF_8));
    }

    long number(String key, long otherwise) throws MalformedTarException {
        byte[] value = records.get(key);
        return value == null ? otherwise : parseNumber(key, value);
    }

    boolean has(String key) {
        return records.containsKey(key);
    }

    List<Long> oldSparseMap() {
        return oldSparseMap;
    }

    Map<PathBytes, byte[]> xattrs() {
        Map<PathBytes, byte[]> xattrs = new LinkedHashMap<>();
        records.forEach((key, value) -> {
            if (key.startsWith(XATTR)) {
                byte[] name = key.substring(XATTR.length()).getBytes(StandardCharsets.ISO_8859_1);
                xattrs.put(PathBytes.of(name), value);
            }
        });
        return xattrs;
    }

    /** Decimal seconds with a fraction of any length, which may be negative. */
    TarEntry.Time modified(long otherwise) throws MalformedTarException {
        byte[] value = records.get("mtime");
        if (value == null) {
            return new TarEntry.Time(otherwise, 0);
        }
        String text = new String(value, StandardCharsets.ISO_8859_1);
        int dot = text.indexOf('.');
        boolean negative = text.startsWith("-");
        long seconds =
                parseNumber("mtime", (dot < 0 ? text : text.substring(0, dot)).getBytes(StandardCharsets.ISO_8859_1));
        int nanos = 0;
        if (dot >= 0) {
            String fraction = (text.substring(dot + 1) + "000000000").substring(0, 9);
            nanos = (int) parseNumber("mtime", fraction.getBytes(StandardCharsets.ISO_8859_1));
        }
        return negative && nanos > 0
                ? new TarEntry.Time(seconds - 1, 1_000_000_000 - nanos)
                : new TarEntry.Time(seconds, nanos);
    }

    static long parseNumber(String key, byte[] value) throws MalformedTarException {
        try {
            return Long.parseLong(new String(value, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            throw new MalformedTarException("PAX record " + key.replaceAll("\\p{Cntrl}", "?") + " is not a number");
        }
    }
}
