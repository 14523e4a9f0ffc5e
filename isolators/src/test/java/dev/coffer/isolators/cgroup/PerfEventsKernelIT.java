package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.PerfEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counting by cgroup; v1 gets its hierarchy for this test, for it is not mounted on hosts as this one. */
final class PerfEventsKernelIT {
    private static final ContainerId BUSY = new ContainerId("busy");
    private static final ContainerId ASLEEP = new ContainerId("asleep");
    private static final Set<String> PERF = Set.of("cgroups/perf_event");

    private Optional<Path> mounted = Optional.empty();
    private KernelCgroups kernel;

    @TempDir
    Path directory;

    @BeforeEach
    void mountIfNeeded() throws Exception {
        if (CgroupHierarchies.detect().carrying("cpuset").orElseThrow().version()
                == dev.coffer.linux.cgroup.CgroupHierarchy.Version.V1) {
            run("mount", "-t", "cgroup", "-o", "perf_event", "cgroup", directory.toString());
            mounted = Optional.of(directory);
        }
        kernel = new KernelCgroups();
    }

    @AfterEach
    void removeEverything() throws Exception {
        kernel.close();
        if (mounted.isPresent()) {
            kernel.hierarchies
                    .carrying("perf_event")
                    .orElseThrow()
                    .cgroup(kernel.root)
                    .removeTree(Duration.ofMinutes(1));
            run("umount", directory.toString());
        }
    }

    private static void run(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    private HostResource create(ContainerId id, CgroupsIsolator isolator) {
        HostResource resource = isolator.resourceFor(id);
        resource.create(CgroupSpecs.of(id, Resources.UNLIMITED));
        return resource;
    }

    private static OptionalLong figure(HostResource resource, String event) {
        for (Usage.Labelled figure : ((ReportsUsage) resource).usage().labelled()) {
            if (figure.statistic() == Statistic.PERF && figure.label().equals(event)) {
                return OptionalLong.of(figure.figure());
            }
        }
        return OptionalLong.empty();
    }

    @Test
    void countsOnlyWhatTheContainerDoes() throws Exception {
        List<PerfEvent> events = List.of(
                PerfEvent.named("cs").orElseThrow(),
                PerfEvent.named("task-clock").orElseThrow());
        CgroupSettings settings =
                CgroupSettings.DEFAULT.with(new PerfSampling(events, Duration.ofMillis(700), Duration.ofMillis(500)));
        CgroupsIsolator isolator = kernel.isolator(PERF, settings);
        HostResource busy = create(BUSY, isolator);
        HostResource asleep = create(ASLEEP, isolator);
        kernel.start(busy, Optional.empty(), "while :; do :; done");
        kernel.start(asleep, Optional.empty(), "sleep 600");
        assertThat(figure(busy, "task-clock")).isEmpty();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (figure(busy, "task-clock").orElse(0) < TimeUnit.MILLISECONDS.toNanos(20)
                || figure(asleep, "task-clock").isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(figure(asleep, "task-clock").orElseThrow())
                .isLessThan(figure(busy, "task-clock").orElseThrow() / 2);
        assertThat(figure(asleep, "context-switches")).isPresent();
        busy.close();
        asleep.close();
    }

    @Test
    void leavesOutWhatThisMachineCannotCount() throws Exception {
        PerfEvent impossible = new PerfEvent("impossible", 1, 4711);
        List<PerfEvent> events =
                List.of(impossible, PerfEvent.named("task-clock").orElseThrow());
        CgroupSettings settings =
                CgroupSettings.DEFAULT.with(new PerfSampling(events, Duration.ofMillis(300), Duration.ofMillis(200)));
        HostResource busy = create(BUSY, kernel.isolator(PERF, settings));
        kernel.start(busy, Optional.empty(), "while :; do :; done");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (figure(busy, "task-clock").isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
        assertThat(figure(busy, "impossible")).isEmpty();
        busy.close();
    }

    @Test
    void refusesEventsThatNobodyKnowsAndSamplesThatOverlap() {
        assertThatThrownBy(() -> FlagValues.DEFAULTS.withText(CgroupFlags.PERF_EVENTS, "cycles,xyzzy"))
                .hasMessageContaining("no event 'xyzzy'");
        FlagValues flags = FlagValues.DEFAULTS
                .with(CgroupFlags.PERF_INTERVAL, Duration.ofSeconds(1))
                .with(CgroupFlags.PERF_DURATION, Duration.ofSeconds(2));
        assertThatThrownBy(() -> CgroupSettings.of(flags, directory))
                .hasMessageContaining("cannot use --perf_duration with --perf_interval");
    }
}
