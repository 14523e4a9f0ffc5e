package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Tuning;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Processor time as the running kernel shares and caps it. */
final class CpuKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final String BUSY = "(while :; do :; done) & while :; do :; done";
    private static final boolean EMULATED = "vm".equals(System.getProperty("coffer.kernel"));

    private KernelCgroups kernel;
    private HostResource resource;

    @BeforeEach
    void nameTheResource() throws ErrnoException {
        kernel = new KernelCgroups();
        resource = kernel.isolator().resourceFor(ID);
    }

    @AfterEach
    void removeEverything() throws ErrnoException {
        kernel.close();
    }

    private static Resources cpus(double cpus) {
        return new Resources(OptionalDouble.of(cpus), OptionalLong.empty(), OptionalLong.empty());
    }

    private Usage usage() {
        return ((ReportsUsage) resource).usage();
    }

    /** Processors used over that time, by the cgroup's own account. */
    private double share(Process busy, int seconds) throws InterruptedException {
        long begin = System.nanoTime();
        long used = -usage().cpuNanos().orElseThrow();
        assertThat(busy.waitFor(seconds, TimeUnit.SECONDS)).isFalse();
        used += usage().cpuNanos().orElseThrow();
        return used / (double) (System.nanoTime() - begin);
    }

    @Test
    void neverUsesFivePercentMoreThanTheCapInFiveSecondsAndCountsThrottling() throws Exception {
        resource.create(CgroupSpecs.of(ID, cpus(0.5)));
        Process busy = kernel.start(resource, Optional.empty(), BUSY);
        assertThat(share(busy, 5)).isPositive().isLessThanOrEqualTo(0.5 * (EMULATED ? 1.2 : 1.05));
        assertThat(usage().get(Statistic.CPUS_LIMIT)).hasValue(500);
        // a busy host may give so little that this cap never bites; a twentieth of a processor always does
        ((Updatable) resource).update(cpus(0.05));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (usage().get(Statistic.CPUS_NR_THROTTLED).orElse(0) == 0
                || usage().get(Statistic.CPUS_THROTTLED_TIME).orElse(0) == 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void holdsANewCapAtOnce() throws Exception {
        resource.create(CgroupSpecs.of(ID, cpus(2)));
        Process busy = kernel.start(resource, Optional.empty(), BUSY);
        ((Updatable) resource).update(cpus(0.2));
        assertThat(share(busy, 3)).isPositive().isLessThanOrEqualTo(0.2 * (EMULATED ? 1.5 : 1.1));
        ((Updatable) resource).update(Resources.UNLIMITED);
        assertThat(usage().get(Statistic.CPUS_LIMIT)).isEmpty();
    }

    /** The VM is booted with psi=1; v1 has no such files. */
    @Test
    void tellsHowLongTasksWaitedForAProcessorWhereTheKernelMeasuresIt() throws Exception {
        resource.create(CgroupSpecs.of(ID, cpus(0.2)));
        kernel.start(resource, Optional.empty(), BUSY);
        if (!EMULATED) {
            assertThat(usage().get(Statistic.CPU_PRESSURE_SOME)).isEmpty();
            assertThat(usage().get(Statistic.MEM_PRESSURE_SOME)).isEmpty();
            return;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (usage().get(Statistic.CPU_PRESSURE_SOME).orElse(0) == 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(usage().get(Statistic.MEM_PRESSURE_SOME)).isPresent();
        assertThat(usage().get(Statistic.MEM_PRESSURE_FULL)).isPresent();
    }

    @Test
    void writesBurstAndIdleWhereTheKernelHasThem() throws Exception {
        Tuning burst = Tuning.NONE.with(new Tuning.Cpu(OptionalLong.of(20_000), false, false, 0, Optional.empty()));
        resource.create(CgroupSpecs.of(ID, cpus(0.5).with(burst)));
        Cgroup cgroup = kernel.cgroup("cpu", ID.value());
        boolean v1 = ControlFile.text(cgroup, "cpu.shares").isPresent();
        assertThat(ControlFile.number(cgroup, v1 ? "cpu.cfs_burst_us" : "cpu.max.burst"))
                .hasValue(20_000);
        Tuning idle = Tuning.NONE.with(new Tuning.Cpu(OptionalLong.empty(), true, false, 0, Optional.empty()));
        ((Updatable) resource).update(cpus(0.5).with(idle));
        assertThat(ControlFile.number(cgroup, "cpu.idle")).hasValue(1);
        ((Updatable) resource).update(cpus(0.5));
        assertThat(ControlFile.number(cgroup, "cpu.idle")).hasValue(0);
        assertThat(ControlFile.number(cgroup, v1 ? "cpu.shares" : "cpu.weight")).hasValue(v1 ? 512 : 50);
    }

    @Test
    void splitsTimeBetweenUserAndKernel() throws Exception {
        resource.create(CgroupSpecs.of(ID, Resources.UNLIMITED));
        kernel.start(resource, Optional.empty(), BUSY);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (usage().get(Statistic.CPUS_USER_TIME).orElse(0) == 0) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(usage().get(Statistic.CPUS_SYSTEM_TIME)).isPresent();
    }
}
