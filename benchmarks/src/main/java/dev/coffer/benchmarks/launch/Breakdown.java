package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Results.Summary;
import dev.coffer.benchmarks.launch.Sample.Lap;
import dev.coffer.benchmarks.launch.Slice.Situation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Median time of every step of a launch: Coffer's stages beside the floor's system calls. */
final class Breakdown {
    private Breakdown() {}

    private record Step(String name, double median, double p95) {}

    /** Lines of Markdown: one table for each situation in which both were timed. */
    static List<String> of(Results results) {
        List<String> lines = new ArrayList<>();
        for (Situation situation : List.of(Situation.BACK_TO_BACK, Situation.PAUSED)) {
            lines.add("");
            lines.add(
                    "Median [p95] in µs, " + situation + ", one at a time. Coffer's `ready` is everything the launcher"
                            + " does before the gate: clone, cgroups, mounts, masks.");
            lines.add("");
            lines.addAll(table(
                    steps(results, situation, LaunchBench.COFFER),
                    steps(results, situation, LaunchBench.COFFER + " init=false"),
                    steps(results, situation, LaunchBench.FLOOR)));
        }
        return lines;
    }

    private static List<String> table(List<Step> coffer, List<Step> bare, List<Step> floor) {
        List<String> lines = new ArrayList<>();
        lines.add("| Coffer | µs | init=false, µs | floor | µs |");
        lines.add("|---|---|---|---|---|");
        for (int i = 0; i < Math.max(coffer.size(), floor.size()); i++) {
            lines.add("| " + name(coffer, i) + " | " + figures(coffer, i) + " | " + figures(bare, i) + " | "
                    + name(floor, i) + " | " + figures(floor, i) + " |");
        }
        return lines;
    }

    private static String name(List<Step> steps, int index) {
        return index < steps.size() ? steps.get(index).name() : "";
    }

    private static String figures(List<Step> steps, int index) {
        if (index >= steps.size()) {
            return "";
        }
        Step step = steps.get(index);
        return String.format(Locale.ROOT, "%.0f [%.0f]", step.median(), step.p95());
    }

    private static List<Step> steps(Results results, Situation situation, String contender) {
        Optional<Summary> summary = results.find(situation, contender, 1);
        if (summary.isEmpty()) {
            return List.of();
        }
        List<Sample> samples = results.samples(summary.get().slice());
        List<String> names = samples.get(0).steps();
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            int column = i;
            List<Double> values = samples.stream()
                    .flatMap(sample -> sample.laps().stream())
                    .map(Lap::steps)
                    .map(times -> times.get(column))
                    .toList();
            steps.add(new Step(names.get(i), Statistics.median(values), Statistics.percentile(values, 0.95)));
        }
        steps.add(total(samples));
        return steps;
    }

    private static Step total(List<Sample> samples) {
        List<Double> values =
                samples.stream().flatMap(sample -> sample.micros().stream()).toList();
        return new Step("**total**", Statistics.median(values), Statistics.percentile(values, 0.95));
    }
}
