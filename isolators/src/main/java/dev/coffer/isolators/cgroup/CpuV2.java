package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.ControlText;
import java.util.OptionalLong;

/**
 * Processor weight, cap and time used.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files">CPU interface files</a>
 */
final class CpuV2 implements Controller {
    private static final String WEIGHT = "cpu.weight";
    private static final String MAX = "cpu.max";
    private static final String BURST = "cpu.max.burst";
    private static final String IDLE = "cpu.idle";
    private static final long DEFAULT_WEIGHT = 100;

    private final CpuController arithmetic;

    CpuV2(CpuController arithmetic) {
        this.arithmetic = arithmetic;
    }

    @Override
    public String kernelName() {
        return "cpu";
    }

    /** A cgroup that is idle takes no weight. */
    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        OptionalLong weight = arithmetic.weight(limits);
        if (limits.tuning().cpu().idle()) {
            cgroup.write(IDLE, "1");
        } else if (weight.orElse(DEFAULT_WEIGHT) != DEFAULT_WEIGHT) {
            cgroup.write(WEIGHT, Long.toString(weight.getAsLong()));
        }
        OptionalLong quota = arithmetic.quota(limits);
        if (quota.isPresent()) {
            cgroup.write(MAX, max(quota));
        }
        if (arithmetic.burst(limits) > 0) {
            cgroup.write(BURST, Long.toString(arithmetic.burst(limits)));
        }
    }

    private static String max(OptionalLong quota) {
        return (quota.isPresent() ? Long.toString(quota.getAsLong()) : "max") + " " + CpuController.PERIOD_MICROS;
    }

    /** The quota is never below the burst, so that goes first and comes back last. */
    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        ControlFile.writeIfSupported(cgroup, IDLE, limits.tuning().cpu().idle() ? "1" : "0");
        if (!limits.tuning().cpu().idle()) {
            cgroup.write(WEIGHT, Long.toString(arithmetic.weight(limits).orElse(DEFAULT_WEIGHT)));
        }
        ControlFile.writeIfSupported(cgroup, BURST, "0");
        cgroup.write(MAX, max(arithmetic.quota(limits)));
        if (arithmetic.burst(limits) > 0) {
            cgroup.write(BURST, Long.toString(arithmetic.burst(limits)));
        }
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        ControlText stat = cgroup.text("cpu.stat");
        if (!stat.isPresent()) {
            return; // no such container: nothing is asked of its files
        }
        into.put(Statistic.CPUS_TIME, CpuV1.nanos(stat.value("usage_usec")));
        into.put(Statistic.CPUS_USER_TIME, CpuV1.nanos(stat.value("user_usec")));
        into.put(Statistic.CPUS_SYSTEM_TIME, CpuV1.nanos(stat.value("system_usec")));
        into.put(Statistic.CPUS_NR_PERIODS, stat.value("nr_periods"));
        into.put(Statistic.CPUS_NR_THROTTLED, stat.value("nr_throttled"));
        into.put(Statistic.CPUS_THROTTLED_TIME, CpuV1.nanos(stat.value("throttled_usec")));
        into.put(Statistic.CPUS_BURST_TIME, CpuV1.nanos(stat.value("burst_usec")));
        OptionalLong quota = ControlFile.number(cgroup, MAX);
        if (quota.isPresent()) {
            into.put(Statistic.CPUS_LIMIT, quota.getAsLong() * 1000 / CpuController.PERIOD_MICROS);
        }
        Pressure.usage(cgroup, "cpu", Statistic.CPU_PRESSURE_SOME, Statistic.CPU_PRESSURE_FULL, into);
    }
}
