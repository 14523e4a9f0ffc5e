package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;

/**
 * Number of processes and threads; the files are the same in v1 and v2.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/pids.html">Process number controller</a>
 */
final class Pids implements Controller {
    /** The most pids a 64-bit kernel can have; it refuses a larger number. */
    private static final long PIDS_MAX = 4L << 20;

    @Override
    public String kernelName() {
        return "pids";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.pids().isEmpty()) {
            return;
        }
        long pids = limits.pids().getAsLong();
        cgroup.write("pids.max", pids > PIDS_MAX ? "max" : Long.toString(pids));
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        into.put(Statistic.PIDS, ControlFile.number(cgroup, "pids.current"));
    }
}
