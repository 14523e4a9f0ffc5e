package dev.coffer.benchmarks;

import dev.coffer.benchmarks.launch.LaunchBench;
import dev.coffer.container.ContainerException;
import java.io.IOException;
import java.util.Arrays;

/** {@code ./dev bench launch [options]}. */
public final class Main {
    private static final String USAGE = "usage: ./dev bench launch [--quick] [--rounds N] [--out FILE] [--host-view]";

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length == 0 || !arguments[0].equals("launch")) {
            fail(USAGE, 2);
            return;
        }
        try {
            LaunchBench.main(Arrays.asList(arguments).subList(1, arguments.length));
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
