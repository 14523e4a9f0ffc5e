package dev.coffer.benchmarks.usage;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the caller asked for.
 *
 * @param out takes the table
 */
record UsageOptions(int containers, int rounds, Optional<Path> out) {
    private static final int CONTAINERS = 1000;
    private static final int ROUNDS = 30;

    static UsageOptions parse(List<String> arguments) {
        int containers = CONTAINERS;
        int rounds = ROUNDS;
        Optional<Path> out = Optional.empty();
        for (int i = 0; i < arguments.size(); i += 2) {
            String option = arguments.get(i);
            if (i + 1 == arguments.size()) {
                throw new IllegalArgumentException("option " + option + " wants a value");
            }
            String value = arguments.get(i + 1);
            switch (option) {
                case "--containers" -> containers = number(option, value);
                case "--rounds" -> rounds = number(option, value);
                case "--out" -> out = Optional.of(Path.of(value));
                default -> throw new IllegalArgumentException("unknown option '" + option + "'");
            }
        }
        return new UsageOptions(containers, rounds, out);
    }

    private static int number(String option, String value) {
        if (!value.matches("[1-9][0-9]{0,4}")) {
            throw new IllegalArgumentException("option " + option + " wants a number, got '" + value + "'");
        }
        return Integer.parseInt(value);
    }
}
