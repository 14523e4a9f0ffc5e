package dev.coffer.it.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Termination;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the page promises of its example. */
class EmbeddingKernelIT {
    private static TestHost host;

    @BeforeAll
    static void open() throws IOException {
        host = new TestHost();
        runs("exit 0"); // makes the image and the cgroups' parent present, which stay
    }

    @AfterAll
    static void close() throws IOException {
        host.close();
    }

    @Test
    void tellsHowTheTaskEndedAndLeavesNothing() {
        HostSnapshot before = HostSnapshot.take(host.directories());

        assertThat(runs("exit 7").exitCode()).hasValue(7);

        before.assertNothingWasAdded(host.directories());
    }

    @Test
    void runsBesideAnotherHostOfTheSameDirectories() throws InterruptedException, ExecutionException {
        Termination end =
                EmbeddingExample.whole(host.directories().config(), host.image().orElseThrow());

        assertThat(end.exitCode()).hasValue(3);
    }

    @Test
    void letsATaskEndByItselfWhenItIsStopped() throws InterruptedException, ExecutionException {
        ContainerId id = launched("trap 'exit 3' TERM; echo ready; while :; do sleep 0.01; done");

        Termination end = EmbeddingExample.stop(host.host(), id, Duration.ofSeconds(60));

        assertThat(end.exitCode()).hasValue(3);
    }

    @Test
    void killsATaskThatDoesNot() throws InterruptedException, ExecutionException {
        ContainerId id = launched("trap '' TERM; echo ready; while :; do sleep 0.01; done");

        Termination end = EmbeddingExample.stop(host.host(), id, Duration.ofMillis(50));

        assertThat(end.signal()).hasValue(9);
    }

    /** Launched, and past the trap. */
    private static ContainerId launched(String script) {
        ContainerId id = host.newId();
        host.containerizer().launch(Specs.removed(Specs.script(id, host.image(), script)));
        await("ready")
                .atMost(Duration.ofSeconds(60))
                .until(() -> host.output(id, "stdout").equals("ready\n"));
        return id;
    }

    private static Termination runs(String script) {
        try {
            return EmbeddingExample.run(
                    host.host(), EmbeddingExample.spec(host.newId(), host.image(), "/bin/sh", "-c", script));
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
