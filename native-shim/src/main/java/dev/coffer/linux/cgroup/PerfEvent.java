package dev.coffer.linux.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Something that the kernel or the processor counts, by the name that perf(1) has for it.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html">perf_event_open(2)</a>
 */
public record PerfEvent(String name, int type, long config) {
    private static final int HARDWARE = 0;
    private static final int SOFTWARE = 1;
    private static final int CACHE = 3;
    private static final int OPERATION_SHIFT = 8;
    private static final int RESULT_SHIFT = 16;

    private static final List<String> HARDWARE_EVENTS = List.of(
            "cpu-cycles cycles",
            "instructions",
            "cache-references",
            "cache-misses",
            "branch-instructions branches",
            "branch-misses",
            "bus-cycles",
            "stalled-cycles-frontend idle-cycles-frontend",
            "stalled-cycles-backend idle-cycles-backend",
            "ref-cycles");
    private static final List<String> SOFTWARE_EVENTS = List.of(
            "cpu-clock",
            "task-clock",
            "page-faults faults",
            "context-switches cs",
            "cpu-migrations migrations",
            "minor-faults",
            "major-faults",
            "alignment-faults",
            "emulation-faults");
    private static final List<String> CACHES =
            List.of("l1-dcache", "l1-icache", "llc", "dtlb", "itlb", "branch", "node");
    private static final List<String> OPERATIONS = List.of("load", "store", "prefetch");

    /** The one of that name; upper case and underscores are as good as what perf(1) prints. */
    public static Optional<PerfEvent> named(String name) {
        return Optional.ofNullable(all().get(name.toLowerCase(Locale.ROOT).replace('_', '-')));
    }

    /** All names that are known. */
    public static List<String> names() {
        return new ArrayList<>(all().keySet());
    }

    private static Map<String, PerfEvent> all() {
        Map<String, PerfEvent> all = new TreeMap<>();
        add(all, HARDWARE, HARDWARE_EVENTS);
        add(all, SOFTWARE, SOFTWARE_EVENTS);
        for (int cache = 0; cache < CACHES.size(); cache++) {
            for (int operation = 0; operation < OPERATIONS.size(); operation++) {
                String base = CACHES.get(cache) + "-" + OPERATIONS.get(operation);
                long config = cache | ((long) operation << OPERATION_SHIFT);
                String plural = base.endsWith("ch") ? base + "es" : base + "s";
                all.put(plural, new PerfEvent(plural, CACHE, config));
                String misses = base + "-misses";
                all.put(misses, new PerfEvent(misses, CACHE, config | (1L << RESULT_SHIFT)));
            }
        }
        return all;
    }

    /** The first of several names is the one that figures are labelled with. */
    private static void add(Map<String, PerfEvent> all, int type, List<String> events) {
        for (int config = 0; config < events.size(); config++) {
            String[] names = events.get(config).split(" ", -1);
            for (String name : names) {
                all.put(name, new PerfEvent(names[0], type, config));
            }
        }
    }
}
