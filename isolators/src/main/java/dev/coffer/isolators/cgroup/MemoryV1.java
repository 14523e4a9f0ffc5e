package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.Errno;
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
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">Memory resource controller, v1</a>
 */
final class MemoryV1 implements Controller {
    private static final String LIMIT = "memory.limit_in_bytes";
    private static final String LIMIT_WITH_SWAP = "memory.memsw.limit_in_bytes";
    private static final String SOFT_LIMIT = "memory.soft_limit_in_bytes";
    private static final String NONE = "-1";

    /** Without a limit the file reads as 2^63 rounded down to a page, so anything near that is no limit. */
    private static final long UNLIMITED = 1L << 62;

    private final boolean limitSwap;
    private final PressureLevels pressure = new PressureLevels();

    MemoryV1(boolean limitSwap) {
        this.limitSwap = limitSwap;
    }

    @Override
    public String kernelName() {
        return "memory";
    }

    /** Before Linux 5.11 a sub-cgroup would else not count towards its container's limit. */
    @Override
    public void prepareRoot(Cgroup root) throws ErrnoException {
        if (ControlFile.number(root, "memory.use_hierarchy").orElse(1) == 0) {
            root.write("memory.use_hierarchy", "1");
        }
    }

    /** The limit before that with swap, which must not be below it. Real-time kernels have no soft limit. */
    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        OptionalLong request = limits.requests().memoryBytes();
        if (request.isPresent()) {
            ControlFile.writeIfSupported(cgroup, SOFT_LIMIT, Long.toString(request.getAsLong()));
        }
        String limit = MemoryLimits.hard(limits, NONE);
        if (!limit.equals(NONE)) {
            cgroup.write(LIMIT, limit);
        }
        String withSwap = limitWithSwap(limits);
        if (!withSwap.equals(NONE)) {
            ControlFile.writeIfSupported(cgroup, LIMIT_WITH_SWAP, withSwap);
        }
    }

    @Override
    public Optional<String> unsupported(Resources limits) {
        boolean wanted = limits.tuning().memory().killTogether()
                || limits.tuning().memory().highBytes().isPresent();
        return wanted
                ? Optional.of(
                        "memory.high and memory.oom.group need cgroup v2; boot with systemd.unified_cgroup_hierarchy=1")
                : Optional.empty();
    }

    private String limitWithSwap(Resources limits) {
        String limit = MemoryLimits.hard(limits, NONE);
        OptionalLong swap = limits.tuning().memory().swapBytes();
        if (limit.equals(NONE) || (swap.isEmpty() && !limitSwap)) {
            return NONE;
        }
        return Long.toString(Long.parseLong(limit) + swap.orElse(0));
    }

    /** Raises what is above first and lowers it last. The kernel refuses a limit that it cannot reclaim down to. */
    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException, LimitRefusedException {
        String limit = MemoryLimits.hard(limits, NONE);
        String withSwap = limitWithSwap(limits);
        OptionalLong now = ControlFile.number(cgroup, LIMIT);
        boolean raised = limit.equals(NONE) || Long.parseLong(limit) > now.orElse(Long.MAX_VALUE);
        if (raised) {
            ControlFile.writeIfSupported(cgroup, LIMIT_WITH_SWAP, withSwap);
        }
        try {
            cgroup.write(LIMIT, limit);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
            throw MemoryLimits.refused(
                    limit, ControlFile.number(cgroup, "memory.usage_in_bytes"), now.orElse(UNLIMITED));
        }
        if (!raised) {
            ControlFile.writeIfSupported(cgroup, LIMIT_WITH_SWAP, withSwap);
        }
        OptionalLong request = limits.requests().memoryBytes();
        ControlFile.writeIfSupported(
                cgroup, SOFT_LIMIT, request.isPresent() ? Long.toString(request.getAsLong()) : NONE);
    }

    /** Counted per cgroup here, never for those below it, hence the sum. */
    @Override
    public OptionalLong oomKills(Cgroup cgroup) {
        return ControlFile.keyedInTree(cgroup, "memory.oom_control", "oom_kill");
    }

    @Override
    public Optional<EventSource> watchMemory(Cgroup cgroup, CgroupEvents events, long token) throws ErrnoException {
        return Optional.of(events.onCount(EventSource.ofCounter(cgroup, "memory.oom_control", ""), token));
    }

    @Override
    public Optional<MemoryBreakdown> breakdown(Cgroup cgroup) {
        String stat = ControlFile.text(cgroup, "memory.stat").orElse("");
        return Optional.of(new MemoryBreakdown(
                ControlFile.number(cgroup, "memory.usage_in_bytes"),
                ControlFile.number(cgroup, "memory.max_usage_in_bytes"),
                ControlFile.value(stat, "total_rss"),
                ControlFile.value(stat, "total_cache"),
                ControlFile.number(cgroup, "memory.kmem.usage_in_bytes")));
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        ControlText stat = cgroup.text("memory.stat");
        if (!stat.isPresent()) {
            return; // no such container: nothing is asked of its files
        }
        putStat(stat, into);
        putLimit(into, Statistic.MEM_LIMIT, ControlFile.number(cgroup, LIMIT));
        putLimit(into, Statistic.MEM_SOFT_LIMIT, ControlFile.number(cgroup, SOFT_LIMIT));
        into.put(Statistic.MEM_TOTAL, ControlFile.number(cgroup, "memory.usage_in_bytes"));
        if (limitSwap) {
            into.put(Statistic.MEM_TOTAL_MEMSW, ControlFile.number(cgroup, "memory.memsw.usage_in_bytes"));
        }
        into.put(Statistic.MEM_PEAK, ControlFile.number(cgroup, "memory.max_usage_in_bytes"));
        into.put(Statistic.MEM_KMEM_USAGE, ControlFile.number(cgroup, "memory.kmem.usage_in_bytes"));
        into.put(Statistic.MEM_KMEM_TCP_USAGE, ControlFile.number(cgroup, "memory.kmem.tcp.usage_in_bytes"));
        into.put(Statistic.OOM_KILLS, oomKills(cgroup));
        pressure.usage(cgroup, into);
    }

    private static void putStat(ControlText stat, Usage.Builder into) {
        OptionalLong cache = stat.value("total_cache");
        OptionalLong anon = stat.value("total_rss");
        into.put(Statistic.MEM_FILE, cache);
        into.put(Statistic.MEM_CACHE, cache);
        into.put(Statistic.MEM_ANON, anon);
        into.put(Statistic.MEM_RSS, anon);
        into.put(Statistic.MEM_MAPPED_FILE, stat.value("total_mapped_file"));
        into.put(Statistic.MEM_SWAP, stat.value("total_swap"));
        into.put(Statistic.MEM_SHMEM, stat.value("total_shmem"));
        into.put(Statistic.MEM_UNEVICTABLE, stat.value("total_unevictable"));
        into.put(Statistic.MEM_FAULTS, stat.value("total_pgfault"));
        into.put(Statistic.MEM_MAJOR_FAULTS, stat.value("total_pgmajfault"));
    }

    private static void putLimit(Usage.Builder into, Statistic statistic, OptionalLong limit) {
        if (limit.orElse(Long.MAX_VALUE) < UNLIMITED) {
            into.put(statistic, limit);
        }
    }

    @Override
    public void release(Cgroup cgroup) {
        pressure.release(cgroup);
    }
}
