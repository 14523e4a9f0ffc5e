package dev.coffer.isolators.cgroup;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.EventSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How often a v1 cgroup came under memory pressure, by level. The kernel counts from the moment it is asked to, which is when
 * somebody first wants to know: a container that is never sampled costs no descriptors.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#memory-pressure">Memory pressure</a>
 */
final class PressureLevels {
    private static final List<String> LEVELS = List.of("low", "medium", "critical");
    private static final List<Statistic> FIGURES = List.of(
            Statistic.MEM_LOW_PRESSURE_COUNTER,
            Statistic.MEM_MEDIUM_PRESSURE_COUNTER,
            Statistic.MEM_CRITICAL_PRESSURE_COUNTER);

    private final Map<String, Counters> byCgroup = new ConcurrentHashMap<>();

    /** Of one cgroup; without sources if the kernel has none. */
    private static final class Counters {
        private final List<EventSource> sources = new ArrayList<>();
        private final long[] totals = new long[LEVELS.size()];

        Counters(Cgroup cgroup) {
            try {
                for (String level : LEVELS) {
                    sources.add(EventSource.ofCounter(cgroup, "memory.pressure_level", level));
                }
            } catch (ErrnoException e) {
                close();
            }
        }

        synchronized void usage(Usage.Builder into) {
            for (int i = 0; i < sources.size(); i++) {
                totals[i] += sources.get(i).take();
                into.put(FIGURES.get(i), totals[i]);
            }
        }

        synchronized void close() {
            sources.forEach(EventSource::close);
            sources.clear();
        }
    }

    void usage(Cgroup cgroup, Usage.Builder into) {
        byCgroup.computeIfAbsent(cgroup.toString(), path -> new Counters(cgroup))
                .usage(into);
    }

    void release(Cgroup cgroup) {
        Counters counters = byCgroup.remove(cgroup.toString());
        if (counters != null) {
            counters.close();
        }
    }
}
