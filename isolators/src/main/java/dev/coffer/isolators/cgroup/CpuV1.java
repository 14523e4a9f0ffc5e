package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;

/**
 * Processor share and cap.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-bwc.html">CFS bandwidth control</a>
 */
final class CpuV1 implements Controller {
    private static final long SHARES_PER_CPU = 1024;
    private static final long MIN_SHARES = 2;

    @Override
    public String kernelName() {
        return "cpu";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.cpus().isEmpty()) {
            return;
        }
        double cpus = limits.cpus().getAsDouble();
        cgroup.write("cpu.shares", Long.toString(Math.max(CpuController.times(SHARES_PER_CPU, cpus), MIN_SHARES)));
        cgroup.write("cpu.cfs_period_us", Long.toString(CpuController.PERIOD_MICROS));
        cgroup.write("cpu.cfs_quota_us", Long.toString(CpuController.quotaMicros(cpus)));
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        into.put(Statistic.CPUS_THROTTLED_TIME, ControlFile.keyed(cgroup, "cpu.stat", "throttled_time"));
    }
}
