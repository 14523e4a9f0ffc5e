package dev.coffer.isolators.cgroup;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupFiles;
import dev.coffer.linux.cgroup.PerfCounter;
import dev.coffer.linux.cgroup.PerfEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts events of processor and kernel for a while, again and again, and gives the last sample. A container is sampled from
 * when somebody first asks for its usage. What this machine cannot count is absent.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/perf_event_open.2.html">perf_event_open(2)</a>
 */
final class PerfEvents implements Controller {
    private static final String ONLINE = "/sys/devices/system/cpu/online";

    private final PerfSampling sampling;
    private final Map<String, Sampled> sampled = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private @Nullable ScheduledThreadPoolExecutor thread;

    PerfEvents(PerfSampling sampling) {
        this.sampling = sampling;
    }

    /** One container. */
    private static final class Sampled {
        private final Cgroup cgroup;
        private volatile Map<String, Long> last = Map.of();

        Sampled(Cgroup cgroup) {
            this.cgroup = cgroup;
        }
    }

    /** What is counted at the moment. */
    private record Running(Sampled of, Map<PerfEvent, PerfCounter> counters) {}

    @Override
    public String kernelName() {
        return "perf_event";
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        if (sampling.events().isEmpty() || !cgroup.exists()) {
            return;
        }
        Sampled container = sampled.computeIfAbsent(cgroup.toString(), path -> new Sampled(cgroup));
        start();
        container.last.forEach((event, figure) -> into.put(Statistic.PERF, event, figure));
    }

    private synchronized void start() {
        if (thread == null) {
            thread = new ScheduledThreadPoolExecutor(1, task -> {
                Thread made = new Thread(task, "coffer-perf");
                made.setDaemon(true);
                return made;
            });
            Future<?> unused = thread.scheduleAtFixedRate(
                    this::sample, 0, sampling.interval().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void release(Cgroup cgroup) {
        if (sampled.remove(cgroup.toString()) != null && sampled.isEmpty()) {
            stop();
        }
    }

    private synchronized void stop() {
        if (thread != null && sampled.isEmpty()) {
            thread.shutdownNow();
            thread = null;
        }
    }

    /** One sample of all containers at once. */
    private void sample() {
        Optional<String> online = online();
        if (online.isEmpty()) {
            return;
        }
        Collection<Integer> processors = CpuSet.parse(online.get()).numbers();
        List<Running> running = new ArrayList<>();
        try {
            for (Sampled container : sampled.values()) {
                running.add(open(container, processors));
            }
            TimeUnit.NANOSECONDS.sleep(sampling.duration().toNanos());
            for (Running one : running) {
                one.of().last = figures(one.counters());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.forEach(one -> one.counters().values().forEach(PerfCounter::close));
        }
    }

    private static Optional<String> online() {
        try {
            return Optional.of(CgroupFiles.kernel().read(ONLINE));
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    private Running open(Sampled container, Collection<Integer> processors) {
        Map<PerfEvent, PerfCounter> counters = new HashMap<>();
        for (PerfEvent event : sampling.events()) {
            try {
                counters.put(event, PerfCounter.open(container.cgroup, event, processors));
            } catch (ErrnoException e) {
                counters.remove(event); // absent
            }
        }
        return new Running(container, counters);
    }

    private static Map<String, Long> figures(Map<PerfEvent, PerfCounter> counters) {
        Map<String, Long> figures = new HashMap<>();
        counters.forEach((event, counter) -> {
            OptionalLong figure = counter.read();
            if (figure.isPresent()) {
                figures.put(event.name(), figure.getAsLong());
            }
        });
        return Map.copyOf(figures);
    }
}
