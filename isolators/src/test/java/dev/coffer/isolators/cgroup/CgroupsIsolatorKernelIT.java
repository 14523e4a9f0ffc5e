package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Resources;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits as the running kernel enforces them, on whichever hierarchies it has. */
final class CgroupsIsolatorKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final long PATIENCE_SECONDS = 120;
    private static final String ALLOCATE_100_MB = "exec dd if=/dev/zero of=/dev/null bs=104857600 count=1";

    private KernelCgroups kernel;
    private HostResource resource;

    @BeforeEach
    void nameTheResource() throws ErrnoException {
        kernel = new KernelCgroups();
        resource = kernel.isolator().resourceFor(ID);
    }

    @AfterEach
    void removeEverything() throws ErrnoException {
        try {
            resource.close();
            assertThat(kernel.directories()).isEmpty();
        } finally {
            kernel.close();
        }
    }

    private void create(Resources limits) {
        resource.create(CgroupSpecs.of(ID, limits));
    }

    private static Resources memory(long bytes) {
        return new Resources(OptionalDouble.empty(), OptionalLong.of(bytes), OptionalLong.empty());
    }

    private Usage usage() {
        return ((ReportsUsage) resource).usage();
    }

    private static int exitOf(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void spinUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void killsAnAllocationBeyondTheMemoryLimit() throws IOException, InterruptedException {
        create(memory(48 << 20));
        assertThat(usage().memoryLimitBytes()).hasValue(48 << 20);
        assertThat(usage().oomKills()).hasValue(0);
        assertThat(exitOf(kernel.start(resource, Optional.empty(), ALLOCATE_100_MB)))
                .isEqualTo(128 + 9);
        assertThat(usage().oomKills()).hasValue(1);
    }

    @Test
    void killsAndCountsAnAllocationInASubCgroup() throws IOException, InterruptedException {
        create(memory(48 << 20));
        assertThat(exitOf(kernel.start(resource, Optional.of("sub"), ALLOCATE_100_MB)))
                .isEqualTo(128 + 9);
        assertThat(usage().oomKills()).hasValue(1);
    }

    @Test
    void letsAnAllocationBelowTheMemoryLimitLive() throws IOException, InterruptedException {
        create(memory(200 << 20));
        assertThat(exitOf(kernel.start(resource, Optional.empty(), ALLOCATE_100_MB)))
                .isZero();
        assertThat(usage().oomKills()).hasValue(0);
    }

    @Test
    void writesTheSmallestMemoryLimitForALowerOne() throws ErrnoException {
        create(memory(1024));
        assertThat(usage().memoryLimitBytes()).hasValue(Resources.MIN_MEMORY_BYTES);
    }

    private static List<String> processes(Cgroup cgroup) {
        try {
            return Files.readAllLines(cgroup.directory().resolve("cgroup.procs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesForksBeyondThePidsLimit() throws IOException {
        create(new Resources(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.of(8)));
        kernel.start(
                resource,
                Optional.empty(),
                "i=0; while [ $i -lt 40 ]; do sleep 600 & i=$((i+1)); done; wait; sleep 600");
        Cgroup cgroup = kernel.cgroup("pids", ID.value());
        spinUntil(() -> {
            // pids.current counts a fork that is just being refused
            assertThat(processes(cgroup)).hasSizeLessThanOrEqualTo(8);
            return ControlFile.keyed(cgroup, "pids.events", "max").orElse(0) > 0;
        });
        spinUntil(() -> usage().pids().getAsLong() <= 8);
        assertThat(usage().pids().getAsLong()).isPositive();
    }

    @Test
    void holdsABusyPairOfLoopsBelowTheCpuLimit() throws IOException, InterruptedException {
        double cpus = 0.5;
        create(new Resources(OptionalDouble.of(cpus), OptionalLong.empty(), OptionalLong.empty()));
        Process loops = kernel.start(resource, Optional.empty(), "(while :; do :; done) & while :; do :; done");
        spinUntil(() -> usage().cpuNanos().getAsLong() > TimeUnit.MILLISECONDS.toNanos(100));
        long begin = System.nanoTime();
        long used = -usage().cpuNanos().getAsLong();
        assertThat(loops.waitFor(3, TimeUnit.SECONDS)).isFalse();
        used += usage().cpuNanos().getAsLong();
        long wall = System.nanoTime() - begin;
        // one period more than the time says may be used, depending on where in a period the clock was read
        double allowed = cpus * (wall * 1.15 + TimeUnit.MILLISECONDS.toNanos(100));
        assertThat((double) used).isPositive().isLessThanOrEqualTo(allowed);
        // a busy host may give so little that a cap of half a processor never bites; a twentieth always does
        ((Updatable) resource)
                .update(new Resources(OptionalDouble.of(0.05), OptionalLong.empty(), OptionalLong.empty()));
        spinUntil(() -> usage().throttledNanos().getAsLong() > 0);
        assertThat(ControlFile.keyed(kernel.cgroup("cpu", ID.value()), "cpu.stat", "nr_throttled")
                        .orElse(0))
                .isPositive();
    }

    @Test
    void measuresContainersWithoutLimits() throws IOException, InterruptedException {
        create(Resources.UNLIMITED);
        assertThat(exitOf(kernel.start(resource, Optional.empty(), "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")))
                .isZero();
        Usage usage = usage();
        assertThat(usage.cpuNanos().getAsLong()).isPositive();
        assertThat(usage.memoryBytes()).isPresent();
        assertThat(usage.memoryLimitBytes()).isEmpty();
        assertThat(usage.oomKills()).hasValue(0);
        assertThat(usage.pids()).hasValue(0);
    }

    @Test
    void takesTheLargestLimitsThatAreAllowed() {
        create(CgroupSpecs.limits(1_000_000, Long.MAX_VALUE, Long.MAX_VALUE));
        resource.close();
        create(CgroupSpecs.limits(0.000001, 1, 1));
    }

    @Test
    void killsWhatStillRunsWhenItIsClosed() throws IOException, InterruptedException {
        create(CgroupSpecs.limits(1, 512 << 20, 1000));
        Process bomb = kernel.start(
                resource, Optional.of("sub"), "trap '' TERM; while :; do (sleep 600 & sleep 600 &); done 2>/dev/null");
        spinUntil(() -> usage().pids().getAsLong() >= 10);
        resource.close();
        assertThat(kernel.directories()).isEmpty();
        assertThat(exitOf(bomb)).isNotZero();
    }

    @Test
    void anIdThatIsAFileOfTheKernelIsRefusedAndNothingIsLeft() {
        HostResource odd = kernel.isolator().resourceFor(new ContainerId("tasks"));
        create(Resources.UNLIMITED);
        boolean v1 = kernel.hierarchies.carrying("pids").orElseThrow().version() == Version.V1;
        if (v1) {
            assertThatThrownBy(() -> odd.create(CgroupSpecs.of(new ContainerId("tasks"), Resources.UNLIMITED)))
                    .isInstanceOf(IsolationException.class)
                    .hasMessageContaining("choose another id");
        } else {
            odd.create(CgroupSpecs.of(new ContainerId("tasks"), Resources.UNLIMITED));
        }
        odd.close();
        assertThat(kernel.isolator().discover()).containsExactly(ID);
    }

    @Test
    void fiftyCyclesLeaveNothing() {
        for (int i = 0; i < 50; i++) {
            create(CgroupSpecs.limits(0.5, 64 << 20, 32));
            assertThat(kernel.directories()).isNotEmpty();
            resource.close();
            assertThat(kernel.directories()).isEmpty();
        }
    }
}
