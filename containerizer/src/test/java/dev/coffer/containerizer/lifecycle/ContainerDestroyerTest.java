package dev.coffer.containerizer.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerException.TeardownException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerStatus.State;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.containerizer.lifecycle.ContainerDestroyer.RetryPolicy;
import dev.coffer.containerizer.state.ContainerRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContainerDestroyerTest {
    private static final Termination TERMINATION =
            new Termination(OptionalInt.of(0), OptionalInt.empty(), Reason.EXITED, "exited", 0, 0);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    private final ContainerDestroyer destroyer =
            new ContainerDestroyer(executor, new RetryPolicy(3, 1, 1, 1), container -> {}, Runnable::run);
    private final Container container =
            new Container(new ContainerId("c"), ContainerRecord.unknown(), State.EXITED, Stages.NONE);

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    @Test
    void endsADestroyThatCannotBeRetriedBecauseTheProcessCloses() {
        ended();
        container.teardown().push("stuck", () -> {
            throw new IOException("busy");
        });
        executor.shutdown();

        assertThat(destroyer.destroy(container)).isCompletedExceptionally();
        assertThat(container.state()).isEqualTo(State.EXITED);
    }

    @Test
    void endsADestroyThatComesAfterTheProcessClosed() {
        executor.shutdown();

        assertThat(destroyer.destroy(container)).isCompletedExceptionally();
    }

    @Test
    void keepsNoThreadWaitingForALaunch() {
        Container launching =
                new Container(new ContainerId("launching"), ContainerRecord.unknown(), State.LAUNCHING, Stages.NONE);
        CompletableFuture<Termination> first = destroyer.destroy(launching);
        executor.execute(() -> launching.exit().complete(TERMINATION));

        assertThat(launching.exit()).succeedsWithin(Duration.ofSeconds(10));
        assertThat(first).isNotDone();
        launching.launchIsOver();
        assertThat(first).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    void givesUpAfterTheLastAttemptAndStartsAnewWhenAsked() {
        ended();
        int[] attempts = {0};
        container.teardown().push("stuck", () -> {
            if (++attempts[0] <= 3) {
                throw new IOException("busy");
            }
        });

        assertThat(destroyer.destroy(container))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(TeardownException.class);
        assertThat(destroyer.destroy(container).join().exitCode()).hasValue(0);
    }

    private void ended() {
        container.exit().complete(TERMINATION);
    }
}
