package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Slice.Situation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All samples of all slices, in the order in which the slices were planned. */
final class Results {
    private final Map<Slice, List<Sample>> samples = new LinkedHashMap<>();
    private final Map<Slice, String> failures = new LinkedHashMap<>();

    /** What is known of one slice after all rounds; times in milliseconds. */
    record Summary(
            Slice slice, double median, double best, double p95, double launchesPerSecond, double cpu, int launches) {}

    void add(Slice slice, Sample sample) {
        samples.computeIfAbsent(slice, key -> new ArrayList<>()).add(sample);
    }

    /** The slice failed and is not tried again. */
    void fail(Slice slice, String reason) {
        failures.put(slice, reason);
    }

    boolean failed(Slice slice) {
        return failures.containsKey(slice);
    }

    List<String> failures() {
        return failures.entrySet().stream()
                .map(entry -> entry.getKey().label() + ": " + entry.getValue())
                .toList();
    }

    List<Summary> of(Situation situation) {
        return samples.entrySet().stream()
                .filter(entry -> entry.getKey().situation() == situation && !failed(entry.getKey()))
                .map(entry -> summary(entry.getKey(), entry.getValue()))
                .toList();
    }

    Optional<Summary> find(Situation situation, String contender, int concurrency) {
        return of(situation).stream()
                .filter(summary -> summary.slice().contender().name().equals(contender)
                        && summary.slice().work().concurrency() == concurrency)
                .findFirst();
    }

    /** Every launch of one slice, with its steps. */
    List<Sample> samples(Slice slice) {
        return List.copyOf(samples.getOrDefault(slice, List.of()));
    }

    private static Summary summary(Slice slice, List<Sample> rounds) {
        List<Double> medians = rounds.stream().map(Sample::medianMicros).toList();
        List<Double> all =
                rounds.stream().flatMap(round -> round.micros().stream()).toList();
        double cpu = rounds.stream().mapToDouble(Sample::cpuMicros).sum();
        return new Summary(
                slice,
                Statistics.median(medians) / 1e3,
                Statistics.percentile(medians, 0) / 1e3,
                Statistics.percentile(all, 0.95) / 1e3,
                Statistics.median(rounds.stream().map(Sample::launchesPerSecond).toList()),
                cpu / all.size() / 1e3,
                all.size());
    }
}
