package dev.coffer.it.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.container.Usage;
import dev.coffer.it.support.Launchers;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import dev.coffer.it.support.TestHost.Result;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits that bite. */
class LimitsKernelIT {
    private static TestHost host;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost();
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    @Test
    void aTaskThatExceedsItsMemoryIsKilledWithThatReason() throws Exception {
        Result result = host.run(host.script("exec tail -c 200m /dev/zero"));

        assertThat(result.termination().reason()).isEqualTo(Reason.MEMORY_LIMIT);
        assertThat(result.termination().message()).contains("memory limit of 67108864 bytes exceeded");
        assertThat(result.termination().oomKills()).isPositive();
    }

    @Test
    void aChildThatExceedsMemoryIsCountedButATaskThatSurvivesItEndsAsItSays() throws Exception {
        Termination termination =
                host.run(host.script("tail -c 200m /dev/zero; exit 0")).termination();

        assertThat(termination.exitCode()).isEqualTo(OptionalInt.of(0));
        assertThat(termination.reason()).isEqualTo(Reason.EXITED);
        assertThat(termination.oomKills()).isPositive();
    }

    @Test
    void aTaskThatDiesOfAnotherSigkillIsNotCalledOutOfMemory() throws Exception {
        Termination termination = host.run(host.script("kill -9 $$")).termination();

        assertThat(termination.signal()).hasValue(9);
        assertThat(termination.reason()).isEqualTo(Reason.EXITED);
        assertThat(termination.oomKills()).isZero();
    }

    @Test
    void aForkBombStopsAtThePidsLimit() throws Exception {
        Resources few = new Resources(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.of(16));
        ContainerSpec spec = Specs.with(
                host.script("i=0; while [ $i -lt 40 ]; do sleep 100 & i=$((i+1)); done 2>/dev/null; echo survived"),
                few);

        host.containerizer().launch(spec);
        Termination termination = host.awaitExit(spec.id());
        host.awaitDestroyed(spec.id());

        // ash gives up with status 2 when it cannot fork
        assertThat(termination.exitCode()).hasValue(2);
        assertThat(host.output(spec.id(), "stdout")).isEmpty();
    }

    @Test
    void theProcessorCapHoldsByTheCgroupsOwnAccount() throws Exception {
        ContainerSpec spec = host.script("while :; do :; done");
        host.containerizer().launch(spec);
        Usage first = host.containerizer().usage(spec.id()).orElseThrow();
        long begin = System.nanoTime();
        org.awaitility.Awaitility.await()
                .pollDelay(java.time.Duration.ofSeconds(3))
                .until(() -> true);
        Usage second = host.containerizer().usage(spec.id()).orElseThrow();
        long wall = System.nanoTime() - begin;
        // a busy host may give so little that this cap never bites; a twentieth of a processor always does
        host.containerizer()
                .update(spec.id(), new Resources(OptionalDouble.of(0.05), OptionalLong.empty(), OptionalLong.empty()));
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofMinutes(1))
                .until(() -> host.containerizer()
                                .usage(spec.id())
                                .orElseThrow()
                                .throttledNanos()
                                .orElseThrow()
                        > 0);
        host.awaitDestroyed(spec.id());

        double share = (second.cpuNanos().orElseThrow() - first.cpuNanos().orElseThrow()) / (double) wall;
        // only an upper bound: a busy machine can give less; the emulated one accounts in coarse steps
        assertThat(share).isLessThan(Launchers.emulated() ? 0.75 : 0.56);
    }

    @Test
    void reportsWhatAContainerUsesAndTheLimitsInForce() throws Exception {
        Resources tiny = new Resources(OptionalDouble.empty(), OptionalLong.of(1 << 20), OptionalLong.of(10));
        ContainerSpec spec = Specs.with(host.script("sleep 1000"), tiny);
        host.containerizer().launch(spec);

        Usage usage = host.containerizer().usage(spec.id()).orElseThrow();
        Resources effective =
                host.containerizer().status(spec.id()).orElseThrow().effective();
        host.awaitDestroyed(spec.id());

        assertThat(usage.memoryLimitBytes()).hasValue(Resources.MIN_MEMORY_BYTES);
        assertThat(effective.memoryBytes()).hasValue(Resources.MIN_MEMORY_BYTES);
        assertThat(usage.pids()).hasValue(2);
        assertThat(usage.cpuNanos().orElseThrow()).isPositive();
    }
}
