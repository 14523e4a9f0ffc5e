package dev.coffer.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The seeds a property is tried with: the one of this run, then every seed that ever failed. A seed that a soak found
 * is kept by a line {@code <suite> <seed>} in {@code src/test/resources/failed-seeds.txt} of the module.
 */
public final class Seeds {
    private static final String KEPT = "/failed-seeds.txt";

    private Seeds() {}

    /** The seeds for one test class; its simple name is the suite in the file. */
    public static List<Long> forSuite(Class<?> suite) {
        List<Long> seeds = new ArrayList<>();
        seeds.add(Depth.seed());
        try (InputStream kept = suite.getResourceAsStream(KEPT)) {
            if (kept != null) {
                seeds.addAll(parse(new String(kept.readAllBytes(), StandardCharsets.UTF_8), suite.getSimpleName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + KEPT + " of suite " + suite.getSimpleName(), e);
        }
        return List.copyOf(seeds);
    }

    static List<Long> parse(String text, String suite) {
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip().split("\\s+"))
                .filter(fields -> fields[0].equals(suite))
                .map(fields -> Long.parseLong(fields[1]))
                .toList();
    }
}
