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
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files">Memory interface files</a>
 */
final class MemoryV2 implements Controller {
    @Override
    public String kernelName() {
        return "memory";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.memoryBytes().isEmpty()) {
            return;
        }
        cgroup.write("memory.max", Long.toString(limits.memoryBytes().getAsLong()));
        try {
            cgroup.write("memory.swap.max", "0");
        } catch (ErrnoException e) {
            // a kernel without swap has no such file
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    @Override
    public OptionalLong oomKills(Cgroup cgroup) {
        return cgroup.hierarchy().localEvents()
                ? ControlFile.keyedInTree(cgroup, "memory.events", "oom_kill")
                : ControlFile.keyed(cgroup, "memory.events", "oom_kill");
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        into.put(Statistic.MEM_TOTAL, ControlFile.number(cgroup, "memory.current"));
        into.put(Statistic.MEM_LIMIT, ControlFile.number(cgroup, "memory.max"));
        into.put(Statistic.OOM_KILLS, oomKills(cgroup));
    }
}
