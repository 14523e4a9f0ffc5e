package dev.coffer.benchmarks.launch;

import java.util.List;

/** Order statistics. */
final class Statistics {
    private Statistics() {}

    static double median(List<Double> values) {
        return percentile(values, 0.5);
    }

    /** The nearest rank; NaN if there are no values. */
    static double percentile(List<Double> values, double fraction) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.round(fraction * (sorted.size() - 1)));
    }
}
