package dev.coffer.containerizer.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OutcomeTest {
    private final ExecutorService callbacks = Executors.newCachedThreadPool();
    private final Outcome<String> outcome = new Outcome<>(callbacks);

    @AfterEach
    void stop() {
        callbacks.shutdownNow();
    }

    @Test
    void isNotHeldUpByACallbackThatBlocks() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        var callback = outcome.thenAccept(value -> await(blocked));

        assertThat(outcome.complete("over")).isTrue();

        assertThat(outcome.get()).isEqualTo("over");
        assertThat(outcome.join()).isEqualTo("over");
        assertThat(callback).isNotDone();
        blocked.countDown();
        callback.get();
    }

    @Test
    void runsNoCallbackOnTheThreadThatCompletesIt() throws Exception {
        List<Thread> threads = new ArrayList<>();
        var direct = outcome.thenRun(() -> threads.add(Thread.currentThread()));
        var nested = java.util.concurrent.CompletableFuture.allOf(outcome)
                .thenRun(() -> threads.add(Thread.currentThread()));

        outcome.complete("over");

        direct.get();
        nested.get();
        assertThat(threads).hasSize(2).doesNotContain(Thread.currentThread());
    }

    @Test
    void wakesWhoeverWaitsAndRunsCallbacksThatCameMeanwhile() throws Exception {
        Thread waiter = new Thread(outcome::join);
        waiter.start();
        while (waiter.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        var callback = outcome.thenApply(String::length);

        outcome.complete("over");

        assertThat(callback.get()).isEqualTo(4);
        waiter.join();
    }

    @Test
    void runsCallbacksThatComeAfterwards() throws Exception {
        outcome.complete("over");

        assertThat(outcome.thenApply(String::length).get()).isEqualTo(4);
    }

    @Test
    void givesUpAWaitAfterItsTime() throws Exception {
        assertThatThrownBy(() -> outcome.get(1, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        var callback = outcome.thenApply(String::length);

        outcome.complete("over");

        assertThat(callback.get()).isEqualTo(4);
    }

    @Test
    void failsLikeAnyFuture() {
        var callback = outcome.thenApply(String::length);

        outcome.completeExceptionally(new IllegalStateException("lost"));

        assertThatThrownBy(outcome::get).hasRootCauseMessage("lost");
        assertThatThrownBy(callback::get).hasRootCauseMessage("lost");
        assertThat(outcome).isCompletedExceptionally();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
