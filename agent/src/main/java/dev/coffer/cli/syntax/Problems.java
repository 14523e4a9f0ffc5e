package dev.coffer.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What is wrong with a command line, gathered so that all of it is told at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    void add(String problem) {
        found.add(problem);
    }

    /**
     * Reads the value of an option; what is wrong with it is noted.
     *
     * @param reader throws {@link IllegalArgumentException} with the cause only
     * @return empty if there is no such value or it is wrong
     */
    <T> Optional<T> read(String option, Optional<String> value, Function<String, T> reader) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(value.get()));
        } catch (IllegalArgumentException e) {
            add("cannot use " + option + " '" + value.get() + "': " + e.getMessage());
            return Optional.empty();
        }
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new UsageException(found);
        }
    }
}
