package dev.coffer.isolators.cgroup;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.ControlText;
import java.util.OptionalLong;

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
        OptionalLong total = ControlFile.number(cgroup, "cpuacct.usage");
        if (total.isEmpty()) {
            return;
        }
        into.put(Statistic.CPUS_TIME, total);
        ControlText ticks = cgroup.text("cpuacct.stat");
        into.put(Statistic.CPUS_USER_TIME, nanos(ticks.value("user")));
        into.put(Statistic.CPUS_SYSTEM_TIME, nanos(ticks.value("system")));
    }

    /** A tick of user space is 10 ms on every architecture that Coffer runs on. */
    private static OptionalLong nanos(OptionalLong ticks) {
        return ticks.isEmpty() ? ticks : OptionalLong.of(ticks.getAsLong() * 10_000_000);
    }
}
