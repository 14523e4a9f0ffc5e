package dev.coffer.isolators.cgroup;

import dev.coffer.linux.cgroup.PerfEvent;
import java.time.Duration;
import java.util.List;

/**
 * What is counted for each container.
 *
 * @param interval from the beginning of one sample to that of the next
 * @param duration of each sample
 */
record PerfSampling(List<PerfEvent> events, Duration interval, Duration duration) {
    static final PerfSampling NONE = new PerfSampling(List.of(), Duration.ofMinutes(1), Duration.ofSeconds(10));

    PerfSampling {
        events = List.copyOf(events);
        if (duration.compareTo(interval) > 0) {
            throw new IllegalArgumentException("a sample of " + duration.toMillis()
                    + " ms does not fit into an interval of " + interval.toMillis() + " ms");
        }
    }
}
