package dev.coffer.isolators.cgroup;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.cgroup.Cgroup;

/**
 * Processor time used, which v1 counts in a controller of its own.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/cpuacct.html">CPU accounting controller</a>
 */
final class CpuacctV1 implements Controller {
    @Override
    public String kernelName() {
        return "cpuacct";
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        into.put(Statistic.CPUS_TIME, ControlFile.number(cgroup, "cpuacct.usage"));
    }
}
