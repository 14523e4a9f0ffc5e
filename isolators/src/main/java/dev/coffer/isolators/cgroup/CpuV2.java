package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Processor weight, cap and time used.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files">CPU interface files</a>
 */
final class CpuV2 implements Controller {
    private static final long WEIGHT_PER_CPU = 100;
    private static final long MAX_WEIGHT = 10_000;

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
        long weight = Math.min(Math.max(CpuController.times(WEIGHT_PER_CPU, cpus), 1), MAX_WEIGHT);
        cgroup.write("cpu.weight", Long.toString(weight));
        cgroup.write("cpu.max", CpuController.quotaMicros(cpus) + " " + CpuController.PERIOD_MICROS);
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        into.put(Statistic.CPUS_TIME, nanos(ControlFile.keyed(cgroup, "cpu.stat", "usage_usec")));
        into.put(Statistic.CPUS_THROTTLED_TIME, nanos(ControlFile.keyed(cgroup, "cpu.stat", "throttled_usec")));
    }

    private static OptionalLong nanos(OptionalLong micros) {
        return micros.isEmpty() ? micros : OptionalLong.of(TimeUnit.MICROSECONDS.toNanos(micros.getAsLong()));
    }
}
