package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.ControlText;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Processor share and cap.
 *
 * @see <a href="https://docs.kernel.org/scheduler/sched-bwc.html">CFS bandwidth control</a>
 */
final class CpuV1 implements Controller {
    private static final String SHARES = "cpu.shares";
    private static final String QUOTA = "cpu.cfs_quota_us";
    private static final String BURST = "cpu.cfs_burst_us";
    private static final String IDLE = "cpu.idle";
    private static final long DEFAULT_SHARES = 1024;

    private final CpuController arithmetic;

    CpuV1(CpuController arithmetic) {
        this.arithmetic = arithmetic;
    }

    @Override
    public String kernelName() {
        return "cpu";
    }

    /** The period is 100 ms by default. A cgroup that is idle takes no shares. */
    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        OptionalLong shares = arithmetic.shares(limits);
        if (limits.tuning().cpu().idle()) {
            cgroup.write(IDLE, "1");
        } else if (shares.orElse(DEFAULT_SHARES) != DEFAULT_SHARES) {
            cgroup.write(SHARES, Long.toString(shares.getAsLong()));
        }
        OptionalLong quota = arithmetic.quota(limits);
        if (quota.isPresent()) {
            cgroup.write(QUOTA, Long.toString(quota.getAsLong()));
        }
        if (arithmetic.burst(limits) > 0) {
            cgroup.write(BURST, Long.toString(arithmetic.burst(limits)));
        }
    }

    /** The quota is never below the burst, so that goes first and comes back last. */
    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        ControlFile.writeIfSupported(cgroup, IDLE, limits.tuning().cpu().idle() ? "1" : "0");
        if (!limits.tuning().cpu().idle()) {
            cgroup.write(SHARES, Long.toString(arithmetic.shares(limits).orElse(DEFAULT_SHARES)));
        }
        ControlFile.writeIfSupported(cgroup, BURST, "0");
        cgroup.write(QUOTA, Long.toString(arithmetic.quota(limits).orElse(-1)));
        if (arithmetic.burst(limits) > 0) {
            cgroup.write(BURST, Long.toString(arithmetic.burst(limits)));
        }
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        OptionalLong quota = ControlFile.number(cgroup, QUOTA);
        if (quota.isPresent() && quota.getAsLong() > 0) {
            into.put(Statistic.CPUS_LIMIT, quota.getAsLong() * 1000 / CpuController.PERIOD_MICROS);
        }
        ControlText stat = cgroup.text("cpu.stat");
        into.put(Statistic.CPUS_NR_PERIODS, stat.value("nr_periods"));
        into.put(Statistic.CPUS_NR_THROTTLED, stat.value("nr_throttled"));
        into.put(Statistic.CPUS_THROTTLED_TIME, stat.value("throttled_time"));
        into.put(Statistic.CPUS_BURST_TIME, stat.value("burst_time"));
    }

    static OptionalLong nanos(OptionalLong micros) {
        return micros.isEmpty() ? micros : OptionalLong.of(TimeUnit.MICROSECONDS.toNanos(micros.getAsLong()));
    }
}
