package dev.coffer.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Statistic;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** disk/du with its limit, and the figures of posix/cpu and posix/mem. */
class DiskUsageKernelIT {
    private static TestHost host;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost(directories -> Map.of(
                "COFFER_ISOLATION",
                "filesystem/linux,namespaces/pid,namespaces/net,posix/cpu,posix/mem,posix/disk",
                "COFFER_CONTAINER_DISK_WATCH_INTERVAL",
                "100ms",
                "COFFER_ENFORCE_CONTAINER_DISK_QUOTA",
                "true"));
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    private static ContainerSpec limited(String script, long bytes) {
        ContainerSpec spec = host.script(script);
        return Specs.with(spec, dev.coffer.container.Resources.UNLIMITED.withDisk(bytes));
    }

    private static Termination end(ContainerSpec spec) throws Exception {
        host.containerizer().launch(spec);
        Termination termination = host.awaitExit(spec.id());
        host.awaitDestroyed(spec.id());
        return termination;
    }

    @Test
    void aTaskThatWritesBeyondItsLimitIntoTheRootIsEndedWithThatReason() throws Exception {
        Termination termination = end(limited("head -c 8m /dev/zero > /big; sleep 1000", 4 << 20));

        assertThat(termination.reason()).isEqualTo(Reason.DISK_LIMIT);
        assertThat(termination.message()).matches("disk usage \\(\\d+ bytes\\) exceeds quota \\(4194304 bytes\\)");
        assertThat(termination.limitation().orElseThrow().resource()).isEqualTo("disk:4");
    }

    @Test
    void whatATaskLogsCountsToo() throws Exception {
        assertThat(end(limited("head -c 8m /dev/zero; sleep 1000", 4 << 20)).reason())
                .isEqualTo(Reason.DISK_LIMIT);
    }

    @Test
    void aFileWithSeveralNamesCountsOnceAndTheLimitCanBeLowered() throws Exception {
        ContainerSpec spec =
                limited("head -c 3m /dev/zero > /a; busybox ln /a /b; busybox ln /a /c; sleep 1000", 6 << 20);
        host.containerizer().launch(spec);
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> host.containerizer()
                                .usage(spec.id())
                                .orElseThrow()
                                .get(Statistic.DISK_USED)
                                .orElse(0)
                        >= 3 << 20);
        await().pollDelay(Duration.ofMillis(500)).until(() -> true);
        assertThat(host.containerizer().termination(spec.id()).orElseThrow()).isNotDone();

        host.containerizer().update(spec.id(), dev.coffer.container.Resources.UNLIMITED.withDisk(2 << 20));

        assertThat(host.awaitExit(spec.id()).reason()).isEqualTo(Reason.DISK_LIMIT);
        host.awaitDestroyed(spec.id());
        Path state = host.directories().config().runtimeDirectory().resolve("isolators/disk/du/" + spec.id());
        assertThat(Files.exists(state)).isFalse();
    }

    @Test
    void readsProcessorTimeAndMemoryFromProc() throws Exception {
        ContainerSpec spec = host.script("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 1000");
        ContainerSpec unlimited = Specs.with(spec, dev.coffer.container.Resources.UNLIMITED);
        host.containerizer().launch(unlimited);

        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> host.containerizer()
                                .usage(spec.id())
                                .orElseThrow()
                                .get(Statistic.CPUS_USER_TIME)
                                .orElse(0)
                        > 0);
        assertThat(host.containerizer()
                        .usage(spec.id())
                        .orElseThrow()
                        .get(Statistic.MEM_RSS)
                        .orElse(0))
                .isGreaterThan(4096);
        host.awaitDestroyed(spec.id());
    }
}
