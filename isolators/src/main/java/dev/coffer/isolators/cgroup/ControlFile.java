package dev.coffer.isolators.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads figures from control files; what cannot be read or is not a number is absent. */
final class ControlFile {
    private ControlFile() {}

    static OptionalLong number(Cgroup cgroup, String file) {
        return cgroup.text(file).number();
    }

    /** The value of {@code key} in a file of lines {@code key value}. */
    static OptionalLong keyed(Cgroup cgroup, String file, String key) {
        return cgroup.text(file).value(key);
    }

    /** The sum of {@link #keyed} over the cgroup and all below it; absent if the cgroup itself has none. */
    static OptionalLong keyedInTree(Cgroup cgroup, String file, String key) {
        OptionalLong own = keyed(cgroup, file, key);
        if (own.isEmpty()) {
            return own;
        }
        long sum = own.getAsLong();
        try {
            for (String name : cgroup.childNames()) {
                sum += keyedInTree(cgroup.child(name), file, key).orElse(0);
            }
        } catch (ErrnoException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(sum);
    }

    static Optional<String> text(Cgroup cgroup, String file) {
        try {
            return Optional.of(cgroup.read(file));
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    /** The value of {@code key} in lines {@code key value}; makes no garbage, for it is asked often. */
    static OptionalLong value(String lines, String key) {
        int at = 0;
        while (at >= 0 && at < lines.length()) {
            int end = at + key.length();
            if (lines.startsWith(key, at) && end < lines.length() && lines.charAt(end) == ' ') {
                return number(lines, end + 1);
            }
            at = lines.indexOf('\n', at) + 1;
            if (at == 0) {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.empty();
    }

    /** The decimal number that stands at {@code from} and ends there with a blank, a line or the text. */
    static OptionalLong number(String text, int from) {
        boolean negative = from < text.length() && text.charAt(from) == '-';
        int at = negative ? from + 1 : from;
        int begin = at;
        long value = 0;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            int digit = text.charAt(at) - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                return OptionalLong.empty();
            }
            value = value * 10 + digit;
            at++;
        }
        boolean ended = at == text.length() || text.charAt(at) == '\n' || text.charAt(at) == ' ';
        return at > begin && ended ? OptionalLong.of(negative ? -value : value) : OptionalLong.empty();
    }

    /** Runs a write that a kernel may have no file for, or not support. */
    static void writeIfSupported(Cgroup cgroup, String file, String value) throws ErrnoException {
        try {
            cgroup.write(file, value);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTSUP)) {
                throw e;
            }
        }
    }
}
