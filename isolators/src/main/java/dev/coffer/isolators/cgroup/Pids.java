package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.OptionalLong;

/**
 * Number of processes and threads; the files are the same in v1 and v2.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/pids.html">Process number controller</a>
 */
final class Pids implements Controller {
    private static final String MAX = "pids.max";

    /** The most pids a 64-bit kernel can have; it refuses a larger number. */
    private static final long PIDS_MAX = 4L << 20;

    @Override
    public String kernelName() {
        return "pids";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.pids().orElse(Long.MAX_VALUE) <= PIDS_MAX) {
            update(cgroup, limits);
        }
    }

    /** A limit below what is there stops no process that is there. */
    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        long pids = limits.pids().orElse(Long.MAX_VALUE);
        cgroup.write(MAX, pids > PIDS_MAX ? "max" : Long.toString(pids));
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        OptionalLong current = ControlFile.number(cgroup, "pids.current");
        if (current.isEmpty()) {
            return;
        }
        into.put(Statistic.PIDS, current);
        into.put(Statistic.PIDS_LIMIT, ControlFile.number(cgroup, MAX));
        into.put(Statistic.PIDS_REFUSED, ControlFile.keyed(cgroup, "pids.events", "max"));
    }
}
