package dev.coffer.isolators.cgroup;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads figures from control files; what cannot be read or is not a number is absent. */
final class ControlFile {
    private ControlFile() {}

    static OptionalLong number(Cgroup cgroup, String file) {
        return text(cgroup, file).map(text -> parse(text.strip())).orElseGet(OptionalLong::empty);
    }

    /** The value of {@code key} in a file of lines {@code key value}. */
    static OptionalLong keyed(Cgroup cgroup, String file, String key) {
        return text(cgroup, file)
                .flatMap(text ->
                        text.lines().filter(line -> line.startsWith(key + " ")).findFirst())
                .map(line -> parse(line.substring(key.length() + 1).strip()))
                .orElseGet(OptionalLong::empty);
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

    private static Optional<String> text(Cgroup cgroup, String file) {
        try {
            return Optional.of(cgroup.read(file));
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
