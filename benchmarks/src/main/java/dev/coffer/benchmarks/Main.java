package dev.coffer.benchmarks;

import dev.coffer.benchmarks.launch.LaunchBench;
import dev.coffer.benchmarks.usage.UsageBench;
import dev.coffer.container.ContainerException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** {@code ./dev bench launch|usage [options]}. */
public final class Main {
    private static final String USAGE = "usage: ./dev bench launch [--quick] [--rounds N] [--out FILE] [--host-view]\n"
            + "       ./dev bench usage [--containers N] [--rounds N] [--out FILE]";

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        List<String> words = Arrays.asList(arguments);
        String bench = words.isEmpty() ? "" : words.get(0);
        try {
            switch (bench) {
                case "launch" -> LaunchBench.main(words.subList(1, words.size()));
                case "usage" -> UsageBench.main(words.subList(1, words.size()));
                default -> fail(USAGE, 2);
            }
        } catch (IllegalArgumentException e) {
            fail(e.getMessage() + "\n" + USAGE, 2);
        } catch (IOException | ContainerException e) {
            fail(String.valueOf(e.getMessage()), 1);
        }
    }

    private static void fail(String message, int status) {
        System.err.println("bench: " + message);
        System.exit(status);
    }
}
