package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Results.Summary;
import dev.coffer.benchmarks.launch.Slice.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * One promise, and whether it was kept in this run.
 *
 * @param sign {@code <=} or {@code >=}
 * @param value empty if a part of it could not be measured
 */
record Target(String name, String sign, double limit, OptionalDouble value) {
    private static final String AT_MOST = "<=";
    private static final String AT_LEAST = ">=";

    static List<Target> of(Results results, List<IdleMemory.Row> memory) {
        Situation warm = Situation.BACK_TO_BACK;
        String coffer = LaunchBench.COFFER;
        Optional<Summary> one = results.find(warm, coffer, 1);
        Optional<Summary> eight = results.find(warm, coffer, 8);
        Optional<Summary> paused = results.find(Situation.PAUSED, coffer, 1);
        List<Target> targets = new ArrayList<>();
        targets.add(new Target(
                "median, one at a time, x floor",
                AT_MOST,
                1.7,
                medians(one, results.find(warm, LaunchBench.FLOOR, 1))));
        targets.add(
                new Target("median, one at a time, x crun", AT_MOST, 0.5, medians(one, results.find(warm, "crun", 1))));
        targets.add(new Target(
                "launches/s, eight at once, x floor",
                AT_LEAST,
                0.6,
                ratio(eight, results.find(warm, LaunchBench.FLOOR, 8), Summary::launchesPerSecond)));
        targets.add(new Target(
                "median, every 100 ms, x floor every 100 ms",
                AT_MOST,
                1.6,
                medians(paused, results.find(Situation.PAUSED, LaunchBench.FLOOR, 1))));
        targets.add(new Target(
                "PSS per idle container, KB (aim 100)",
                AT_MOST,
                200,
                memory.stream()
                        .filter(row -> row.name().startsWith(coffer))
                        .mapToDouble(IdleMemory.Row::pssKilobytes)
                        .max()));
        targets.add(new Target(
                "cold coffer run, x podman run",
                AT_MOST,
                1.5,
                medians(
                        results.find(Situation.COMMAND_LINE, "coffer run", 1),
                        results.find(Situation.COMMAND_LINE, "podman run", 1))));
        return targets;
    }

    private static OptionalDouble medians(Optional<Summary> ours, Optional<Summary> theirs) {
        return ratio(ours, theirs, Summary::median);
    }

    private static OptionalDouble ratio(
            Optional<Summary> ours, Optional<Summary> theirs, ToDoubleFunction<Summary> figure) {
        if (ours.isEmpty() || theirs.isEmpty()) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(figure.applyAsDouble(ours.get()) / figure.applyAsDouble(theirs.get()));
    }

    String measured() {
        return value.isEmpty() ? "-" : number(value.getAsDouble());
    }

    String limitText() {
        return number(limit);
    }

    private static String number(double figure) {
        return String.format(Locale.ROOT, figure >= 10 ? "%.0f" : "%.2f", figure);
    }

    String verdict() {
        if (value.isEmpty()) {
            return "not measured";
        }
        boolean kept = sign.equals(AT_MOST) ? value.getAsDouble() <= limit : value.getAsDouble() >= limit;
        return kept ? "pass" : "**miss**";
    }
}
