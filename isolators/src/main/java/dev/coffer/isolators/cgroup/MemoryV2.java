package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupEvents;
import dev.coffer.linux.cgroup.ControlText;
import dev.coffer.linux.cgroup.EventSource;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Memory limit, request and use.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">Memory interface files</a>
 */
final class MemoryV2 implements Controller {
    private static final String MAX = "memory.max";
    private static final String HIGH = "memory.high";
    private static final String LOW = "memory.low";
    private static final String SWAP = "memory.swap.max";
    private static final String CURRENT = "memory.current";
    private static final String EVENTS = "memory.events";
    private static final String NONE = "max";

    private final boolean limitSwap;

    MemoryV2(boolean limitSwap) {
        this.limitSwap = limitSwap;
    }

    @Override
    public String kernelName() {
        return "memory";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        OptionalLong request = limits.requests().memoryBytes();
        if (request.isPresent()) {
            cgroup.write(LOW, Long.toString(request.getAsLong()));
        }
        String limit = MemoryLimits.hard(limits, NONE);
        if (!limit.equals(NONE)) {
            cgroup.write(MAX, limit);
        }
        String swap = swap(limits);
        if (!swap.equals(NONE)) {
            ControlFile.writeIfSupported(cgroup, SWAP, swap);
        }
        if (!high(limits).equals(NONE)) {
            cgroup.write(HIGH, high(limits));
        }
        if (limits.tuning().memory().killTogether()) {
            cgroup.write("memory.oom.group", "1");
        }
    }

    private static String high(Resources limits) {
        OptionalLong high = limits.tuning().memory().highBytes();
        return high.isPresent() ? Long.toString(high.getAsLong()) : NONE;
    }

    /** The kernel limits swap by itself here, so that memory and swap are limited together is: no swap. */
    private String swap(Resources limits) {
        OptionalLong swap = limits.tuning().memory().swapBytes();
        if (swap.isPresent()) {
            return Long.toString(swap.getAsLong());
        }
        return limitSwap && limits.memoryBytes().isPresent() ? "0" : NONE;
    }

    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException, LimitRefusedException {
        String limit = MemoryLimits.hard(limits, NONE);
        if (!limit.equals(NONE)) {
            reclaimBelow(cgroup, Long.parseLong(limit));
        }
        cgroup.write(MAX, limit);
        ControlFile.writeIfSupported(cgroup, SWAP, swap(limits));
        cgroup.write(HIGH, high(limits));
        OptionalLong request = limits.requests().memoryBytes();
        cgroup.write(LOW, request.isPresent() ? Long.toString(request.getAsLong()) : "0");
        ControlFile.writeIfSupported(
                cgroup, "memory.oom.group", limits.tuning().memory().killTogether() ? "1" : "0");
    }

    /** A lower limit makes the kernel kill; a lower {@code memory.high} makes it reclaim. So that comes first. */
    private static void reclaimBelow(Cgroup cgroup, long limit) throws ErrnoException, LimitRefusedException {
        if (ControlFile.number(cgroup, CURRENT).orElse(0) <= limit) {
            return;
        }
        String high = cgroup.read(HIGH).strip();
        cgroup.write(HIGH, Long.toString(limit));
        OptionalLong used = ControlFile.number(cgroup, CURRENT);
        if (used.orElse(Long.MAX_VALUE) > limit) {
            cgroup.write(HIGH, high);
            throw MemoryLimits.refused(
                    Long.toString(limit), used, ControlFile.number(cgroup, MAX).orElse(Resources.INFINITE_MEMORY));
        }
    }

    @Override
    public OptionalLong oomKills(Cgroup cgroup) {
        return cgroup.hierarchy().localEvents()
                ? ControlFile.keyedInTree(cgroup, EVENTS, "oom_kill")
                : ControlFile.keyed(cgroup, EVENTS, "oom_kill");
    }

    @Override
    public Optional<EventSource> watchMemory(Cgroup cgroup, CgroupEvents events, long token) throws ErrnoException {
        return Optional.of(events.onChange(cgroup, EVENTS, token));
    }

    @Override
    public Optional<MemoryBreakdown> breakdown(Cgroup cgroup) {
        String stat = ControlFile.text(cgroup, "memory.stat").orElse("");
        return Optional.of(new MemoryBreakdown(
                ControlFile.number(cgroup, CURRENT),
                ControlFile.number(cgroup, "memory.peak"),
                ControlFile.value(stat, "anon"),
                ControlFile.value(stat, "file"),
                ControlFile.value(stat, "kernel")));
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        ControlText stat = cgroup.text("memory.stat");
        if (!stat.isPresent()) {
            return; // no such container: nothing is asked of its files
        }
        putStat(stat, into);
        into.put(Statistic.MEM_TOTAL, ControlFile.number(cgroup, CURRENT));
        into.put(Statistic.MEM_LIMIT, ControlFile.number(cgroup, MAX));
        OptionalLong low = ControlFile.number(cgroup, LOW);
        if (low.orElse(0) > 0) {
            into.put(Statistic.MEM_SOFT_LIMIT, low);
        }
        into.put(Statistic.MEM_PEAK, ControlFile.number(cgroup, "memory.peak"));
        into.put(Statistic.MEM_SWAP, ControlFile.number(cgroup, "memory.swap.current"));
        putEvents(cgroup, into);
        Pressure.usage(cgroup, "memory", Statistic.MEM_PRESSURE_SOME, Statistic.MEM_PRESSURE_FULL, into);
    }

    private void putEvents(Cgroup cgroup, Usage.Builder into) {
        if (cgroup.hierarchy().localEvents()) {
            into.put(Statistic.OOM_EVENTS, ControlFile.keyedInTree(cgroup, EVENTS, "oom"));
            into.put(Statistic.OOM_KILLS, oomKills(cgroup));
            return;
        }
        ControlText events = cgroup.text(EVENTS);
        into.put(Statistic.OOM_EVENTS, events.value("oom"));
        into.put(Statistic.OOM_KILLS, events.value("oom_kill"));
    }

    private static void putStat(ControlText stat, Usage.Builder into) {
        OptionalLong anon = stat.value("anon");
        OptionalLong file = stat.value("file");
        into.put(Statistic.MEM_ANON, anon);
        into.put(Statistic.MEM_RSS, anon);
        into.put(Statistic.MEM_FILE, file);
        into.put(Statistic.MEM_CACHE, file);
        into.put(Statistic.MEM_KMEM_USAGE, stat.value("kernel"));
        into.put(Statistic.MEM_SOCK, stat.value("sock"));
        into.put(Statistic.MEM_SHMEM, stat.value("shmem"));
        into.put(Statistic.MEM_MAPPED_FILE, stat.value("file_mapped"));
        into.put(Statistic.MEM_UNEVICTABLE, stat.value("unevictable"));
        into.put(Statistic.MEM_FAULTS, stat.value("pgfault"));
        into.put(Statistic.MEM_MAJOR_FAULTS, stat.value("pgmajfault"));
    }
}
