package dev.coffer.linux.cgroup;

import dev.coffer.linux.ErrnoException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * Counts one event for all processes of a cgroup and below, on all processors, until it is closed.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html">perf_event_open(2)</a>
 */
public final class PerfCounter implements AutoCloseable {
    private final List<Integer> descriptors = new ArrayList<>();

    private PerfCounter() {}

    /**
     * Begins to count.
     *
     * @param processors those that are online
     * @throws ErrnoException if the kernel or this machine cannot count that
     */
    public static PerfCounter open(Cgroup cgroup, PerfEvent event, Collection<Integer> processors)
            throws ErrnoException {
        PerfCounter counter = new PerfCounter();
        int directory = LibcPerf.openDirectory(cgroup.directory().toString());
        try {
            for (int processor : processors) {
                counter.descriptors.add(LibcPerf.open(directory, event, processor));
            }
            return counter;
        } catch (ErrnoException e) {
            counter.close();
            throw e;
        } finally {
            LibcPerf.close(directory);
        }
    }

    /** How often so far, extrapolated if events had to share a counter; empty if it could never be counted. */
    public OptionalLong read() {
        double sum = 0;
        for (int descriptor : descriptors) {
            LibcPerf.Reading reading = LibcPerf.read(descriptor);
            if (reading.enabled() > 0 && reading.running() == 0) {
                return OptionalLong.empty();
            }
            double share = reading.enabled() == 0 ? 1 : (double) reading.enabled() / reading.running();
            sum += reading.value() * share;
        }
        return OptionalLong.of(Math.round(sum));
    }

    @Override
    public void close() {
        descriptors.forEach(LibcPerf::close);
        descriptors.clear();
    }
}
