package dev.coffer.isolators.runtime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lines of an image's {@code /etc/passwd} or {@code /etc/group}. The image is untrusted: a line that is not as the
 * manual page says is skipped.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/passwd.5.html">passwd(5)</a>
 * @see <a href="https://man7.org/linux/man-pages/man5/group.5.html">group(5)</a>
 */
final class AccountFile {
    /** 2^32-1 means "no change" to the kernel's calls and is nobody's id. */
    private static final long MAX_ID = 0xFFFF_FFFEL;

    private static final int MAX_DIGITS = 10;

    private AccountFile() {}

    record PasswdEntry(String name, long uid, long gid, String home) {}

    record GroupEntry(String name, long gid, List<String> members) {}

    static List<PasswdEntry> passwd(byte[] content) {
        List<PasswdEntry> entries = new ArrayList<>();
        for (String line : lines(content)) {
            String[] fields = line.split(":", 8);
            if (fields.length >= 6 && !fields[0].isEmpty()) {
                OptionalLong uid = id(fields[2]);
                OptionalLong gid = id(fields[3]);
                if (uid.isPresent() && gid.isPresent()) {
                    entries.add(new PasswdEntry(fields[0], uid.getAsLong(), gid.getAsLong(), fields[5]));
                }
            }
        }
        return entries;
    }

    static List<GroupEntry> group(byte[] content) {
        List<GroupEntry> entries = new ArrayList<>();
        for (String line : lines(content)) {
            String[] fields = line.split(":", 5);
            if (fields.length >= 4 && !fields[0].isEmpty()) {
                OptionalLong gid = id(fields[2]);
                if (gid.isPresent()) {
                    entries.add(new GroupEntry(fields[0], gid.getAsLong(), Arrays.asList(fields[3].split(","))));
                }
            }
        }
        return entries;
    }

    /** Decimal digits only, 0 to 4294967294. */
    static OptionalLong id(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !isNumber(text)) {
            return OptionalLong.empty();
        }
        long id = Long.parseLong(text);
        return id > MAX_ID ? OptionalLong.empty() : OptionalLong.of(id);
    }

    static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The first entry wins, as in the C library. */
    static <T> Optional<T> first(List<T> entries, java.util.function.Predicate<T> condition) {
        return entries.stream().filter(condition).findFirst();
    }

    /** Without those that hold a NUL, which no environment or name can carry. */
    private static List<String> lines(byte[] content) {
        return new String(content, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.indexOf('\0') < 0)
                .toList();
    }
}
