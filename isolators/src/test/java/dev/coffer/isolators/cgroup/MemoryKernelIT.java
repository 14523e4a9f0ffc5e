package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Limitation;
import dev.coffer.container.Requests;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Tuning;
import dev.coffer.container.Usage;
import dev.coffer.isolation.AttachesProcess;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LimitsAtRunTime;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory as the running kernel limits it. */
final class MemoryKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final long MB = 1 << 20;
    private static final boolean EMULATED = "vm".equals(System.getProperty("coffer.kernel"));
    private static final long PAGE = 4096;
    private static final long PATIENCE_SECONDS = 150;

    private KernelCgroups kernel;
    private HostResource resource;

    @TempDir
    Path directory;

    @BeforeEach
    void nameTheResource() throws ErrnoException {
        kernel = new KernelCgroups();
        resource = kernel.isolator().resourceFor(ID);
    }

    @AfterEach
    void removeEverything() throws ErrnoException {
        kernel.close();
    }

    private static Resources memory(long bytes) {
        return new Resources(OptionalDouble.empty(), OptionalLong.of(bytes), OptionalLong.empty());
    }

    private void create(Resources limits) {
        resource.create(CgroupSpecs.of(ID, limits));
    }

    private void update(Resources limits) {
        ((Updatable) resource).update(limits);
    }

    private Usage usage() {
        return ((ReportsUsage) resource).usage();
    }

    private long figure(Statistic statistic) {
        return usage().get(statistic).orElseThrow();
    }

    private boolean onV2() {
        return kernel.hierarchies.carrying("memory").orElseThrow().version() == Version.V2;
    }

    private static void spinUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Holds that many megabytes that cannot be reclaimed, until it is killed. */
    private Process hold(int megabytes) throws IOException {
        Process holder = kernel.start(
                resource, Optional.empty(), "x=$(head -c " + megabytes + "m /dev/zero | tr '\\0' x); sleep 600");
        spinUntil(() -> figure(Statistic.MEM_ANON) >= megabytes * MB || !holder.isAlive());
        return holder;
    }

    @Test
    void capsMemoryExactlyToAPage() throws Exception {
        create(memory(64 * MB + 5000));
        Process greedy =
                kernel.start(resource, Optional.empty(), "exec dd if=/dev/zero of=/dev/null bs=209715200 count=1");
        assertThat(greedy.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(greedy.exitValue()).isEqualTo(128 + 9);
        assertThat(figure(Statistic.MEM_LIMIT)).isEqualTo(64 * MB + PAGE);
        Optional<Long> peak = usage().get(Statistic.MEM_PEAK).stream().boxed().findFirst();
        peak.ifPresent(most -> assertThat(most).isBetween(60 * MB, 64 * MB + PAGE));
        assertThat(figure(Statistic.OOM_KILLS)).isEqualTo(1);
    }

    @Test
    void tellsWhatUsedTheMemoryWhenThereWasNoneLeft() throws Exception {
        create(memory(64 * MB));
        ((LimitsAtRunTime) resource).watch(limitation -> {});
        Process greedy =
                kernel.start(resource, Optional.empty(), "exec dd if=/dev/zero of=/dev/null bs=209715200 count=1");
        assertThat(greedy.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        Limitation limitation = ((ReportsUsage) resource).outOfMemory().orElseThrow();
        assertThat(limitation.resource()).isBetween("mem:60", "mem:64");
        if (!EMULATED || limitation.message().contains("anonymous")) { // too slow to look before it is over
            long anonymous = Long.parseLong(limitation.message().replaceAll(".*anonymous ([0-9]+).*", "$1"));
            assertThat(anonymous).isGreaterThan(40 * MB);
        }
    }

    @Test
    void lowersTheLimitOfATaskThatFitsAndThenHoldsItThere() throws Exception {
        create(memory(256 * MB));
        Process holder = hold(40);
        update(memory(96 * MB));
        assertThat(figure(Statistic.MEM_LIMIT)).isEqualTo(96 * MB);
        assertThat(holder.isAlive()).isTrue();
        Process greedy =
                kernel.start(resource, Optional.empty(), "exec dd if=/dev/zero of=/dev/null bs=209715200 count=1");
        assertThat(greedy.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(figure(Statistic.OOM_KILLS)).isPositive();
    }

    @Test
    void reclaimsFilesWhenItLowersALimit() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        create(memory(512 * MB));
        Process writer = kernel.start(
                resource, Optional.empty(), "dd if=/dev/zero of=" + file + " bs=1048576 count=100 && sync; sleep 600");
        spinUntil(() -> file.toFile().length() == 100 * MB || !writer.isAlive());
        update(memory(128 * MB));
        assertThat(figure(Statistic.MEM_LIMIT)).isEqualTo(128 * MB);
        assertThat(writer.isAlive()).isTrue();
    }

    @Test
    void refusesToLowerBelowWhatIsHeldAndTheTaskLives() throws Exception {
        create(memory(512 * MB));
        Process holder = hold(60);
        assertThatThrownBy(() -> update(memory(48 * MB)))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("memory cannot be limited to 50331648 bytes")
                .hasMessageContaining("the limit of 536870912 bytes still holds");
        assertThat(figure(Statistic.MEM_LIMIT)).isEqualTo(512 * MB);
        assertThat(figure(Statistic.OOM_KILLS)).isZero();
        assertThat(holder.isAlive()).isTrue();
    }

    @Test
    void raisesALimitThatAnAllocationThenFits() throws Exception {
        create(memory(48 * MB));
        update(memory(400 * MB));
        Process task =
                kernel.start(resource, Optional.empty(), "exec dd if=/dev/zero of=/dev/null bs=104857600 count=1");
        assertThat(task.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(task.exitValue()).isZero();
    }

    @Test
    void aBurstableTaskIsKilledSoonerThanTheHostsOwn() throws Exception {
        create(memory(256 * MB).with(new Requests(OptionalDouble.empty(), OptionalLong.of(64 * MB))));
        Process task = kernel.start(resource, Optional.empty(), "sleep 600");
        ((AttachesProcess) resource).attach(task.pid());
        int adjustment = Integer.parseInt(Files.readString(Path.of("/proc/" + task.pid() + "/oom_score_adj"))
                .strip());
        assertThat(adjustment).isBetween(900, 1000);
    }

    @Test
    void slowsATaskAboveHighInsteadOfKillingItOnV2() throws Exception {
        Tuning high = Tuning.NONE.with(new Tuning.Memory(OptionalLong.of(40 * MB), OptionalLong.empty(), true));
        if (!onV2()) {
            assertThatThrownBy(() -> create(memory(256 * MB).with(high))).hasMessageContaining("need cgroup v2");
            return;
        }
        create(memory(256 * MB).with(high));
        assertThat(kernel.cgroup("memory", ID.value()).read("memory.oom.group").strip())
                .isEqualTo("1");
        kernel.start(resource, Optional.empty(), "exec dd if=/dev/zero of=/dev/null bs=104857600 count=1");
        spinUntil(() -> ControlFile.keyed(kernel.cgroup("memory", ID.value()), "memory.events", "high")
                        .orElse(0)
                > 0);
        assertThat(figure(Statistic.OOM_KILLS)).isZero();
    }

    @Test
    void reportsPressureOnlyWhereTheKernelMeasuresIt() {
        create(memory(64 * MB));
        Usage usage = usage();
        boolean measured = onV2() && Files.isReadable(Path.of("/proc/pressure/memory"));
        assertThat(usage.get(Statistic.MEM_PRESSURE_SOME).isPresent()).isEqualTo(measured);
        assertThat(usage.get(Statistic.MEM_LOW_PRESSURE_COUNTER).isPresent()).isEqualTo(!onV2());
    }

    @Test
    void countsPressureLevelsOnV1() throws Exception {
        create(memory(64 * MB));
        if (onV2()) {
            return;
        }
        assertThat(figure(Statistic.MEM_LOW_PRESSURE_COUNTER)).isZero();
        Path file = directory.resolve("file");
        kernel.start(
                resource, Optional.empty(), "while :; do dd if=/dev/zero of=" + file + " bs=1048576 count=100; done");
        kernel.start(resource, Optional.empty(), "while :; do dd if=/dev/zero of=/dev/null bs=52428800 count=1; done");
        spinUntil(() -> figure(Statistic.MEM_LOW_PRESSURE_COUNTER) > 0);
    }
}
