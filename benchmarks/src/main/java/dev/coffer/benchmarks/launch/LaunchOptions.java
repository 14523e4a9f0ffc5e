package dev.coffer.benchmarks.launch;

import java.nio.file.Path;
import java.util.List;

/**
 * What the caller asked for.
 *
 * @param rounds how often every slice runs
 * @param quick shorter slices and waits: shows that everything works, proves nothing
 * @param out takes the Markdown report
 * @param hostView Coffer runs on a view of the host's files instead of an image
 */
record LaunchOptions(int rounds, boolean quick, Path out, boolean hostView) {
    private static final int ROUNDS = 7;
    private static final int QUICK_ROUNDS = 2;

    static LaunchOptions parse(List<String> arguments) {
        int rounds = 0;
        boolean quick = false;
        boolean hostView = false;
        Path out = Path.of("bench-launch.md");
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "--quick" -> quick = true;
                case "--host-view" -> hostView = true;
                case "--rounds" -> rounds = number(arguments, ++i);
                case "--out" -> out = Path.of(value(arguments, ++i));
                default -> throw new IllegalArgumentException("unknown option '" + arguments.get(i) + "'");
            }
        }
        int chosen = rounds > 0 ? rounds : quick ? QUICK_ROUNDS : ROUNDS;
        return new LaunchOptions(chosen, quick, out, hostView);
    }

    private static String value(List<String> arguments, int index) {
        if (index >= arguments.size()) {
            throw new IllegalArgumentException("option " + arguments.get(index - 1) + " wants a value");
        }
        return arguments.get(index);
    }

    private static int number(List<String> arguments, int index) {
        String value = value(arguments, index);
        if (!value.matches("[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("option --rounds wants a number from 1 to 999, got '" + value + "'");
        }
        return Integer.parseInt(value);
    }
}
