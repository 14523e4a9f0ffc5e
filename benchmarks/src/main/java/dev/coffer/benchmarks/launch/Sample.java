package dev.coffer.benchmarks.launch;

import java.util.List;

/**
 * What one slice gave.
 *
 * @param steps names of the parts of a launch, if they were timed
 * @param wallMicros of the whole slice, idle gaps included
 * @param cpuMicros processor time; not a number if the contender cannot tell
 */
record Sample(List<String> steps, List<Lap> laps, double wallMicros, double cpuMicros) {
    Sample {
        steps = List.copyOf(steps);
        laps = List.copyOf(laps);
    }

    /** One launch; its steps are those of the sample. */
    record Lap(boolean failed, double micros, List<Double> steps) {}

    /** The same with another measure of processor time. */
    Sample withProcessorMicros(double micros) {
        return new Sample(steps, laps, wallMicros, micros);
    }

    double medianMicros() {
        return Statistics.median(micros());
    }

    List<Double> micros() {
        return laps.stream().map(Lap::micros).toList();
    }

    long failures() {
        return laps.stream().filter(Lap::failed).count();
    }

    double launchesPerSecond() {
        return laps.size() / (wallMicros / 1e6);
    }
}
