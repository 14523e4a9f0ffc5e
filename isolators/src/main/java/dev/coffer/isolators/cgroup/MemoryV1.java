package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.OptionalLong;

/**
 * Memory limit.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/memory.html">Memory resource controller, v1</a>
 */
final class MemoryV1 implements Controller {
    /** Without a limit the file reads as 2^63 rounded down to a page, so anything near that is no limit. */
    private static final long UNLIMITED = 1L << 62;

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

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.memoryBytes().isEmpty()) {
            return;
        }
        String bytes = Long.toString(limits.memoryBytes().getAsLong());
        try {
            cgroup.write("memory.soft_limit_in_bytes", bytes);
        } catch (ErrnoException e) {
            // real-time kernels have no soft limit; equal to the hard limit as it is here it changes nothing
            if (!e.is(Errno.ENOTSUP) && !e.is(Errno.ENOENT)) {
                throw e;
            }
        }
        cgroup.write("memory.limit_in_bytes", bytes);
        try {
            cgroup.write("memory.memsw.limit_in_bytes", bytes);
        } catch (ErrnoException e) {
            // a kernel without swap accounting has no such file
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTSUP)) {
                throw e;
            }
        }
    }

    /** Counted per cgroup here, never for those below it, hence the sum. */
    @Override
    public OptionalLong oomKills(Cgroup cgroup) {
        return ControlFile.keyedInTree(cgroup, "memory.oom_control", "oom_kill");
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        OptionalLong limit = ControlFile.number(cgroup, "memory.limit_in_bytes");
        if (limit.orElse(Long.MAX_VALUE) < UNLIMITED) {
            into.put(Statistic.MEM_LIMIT, limit);
        }
        into.put(Statistic.MEM_TOTAL, ControlFile.number(cgroup, "memory.usage_in_bytes"));
        into.put(Statistic.OOM_KILLS, oomKills(cgroup));
    }
}
