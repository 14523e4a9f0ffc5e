package dev.coffer.containerizer.lifecycle;

import dev.coffer.container.ContainerException.TeardownException;
import dev.coffer.container.Termination;
import dev.coffer.containerizer.lifecycle.Teardown.Failure;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Ends a container and removes everything of it; what fails is retried with back-off. Thread-safe. */
public final class ContainerDestroyer {
    private final ScheduledExecutorService executor;
    private final RetryPolicy retries;
    private final Consumer<Container> forget;
    private final Executor callbacks;

    /** How often and how long destroy tries. */
    public record RetryPolicy(int attempts, int firstDelayMillis, int maxDelayMillis, int killTimeoutMillis) {
        /** 12 attempts over about half a minute, besides the time the stages take. */
        public static final RetryPolicy DEFAULT = new RetryPolicy(12, 20, 5_000, 10_000);

        int delayMillis(int attempt) {
            return (int) Math.min(maxDelayMillis, (long) firstDelayMillis << Math.min(attempt, 20));
        }
    }

    /**
     * A destroyer of containers.
     *
     * @param forget called once nothing of the container is left
     * @param callbacks runs what others attach to the result
     */
    public ContainerDestroyer(
            ScheduledExecutorService executor, RetryPolicy retries, Consumer<Container> forget, Executor callbacks) {
        this.callbacks = callbacks;
        this.executor = executor;
        this.retries = retries;
        this.forget = forget;
    }

    /** Every caller gets the same result; the first one starts the work. */
    CompletableFuture<Termination> destroy(Container container) {
        Outcome<Termination> result = new Outcome<>(callbacks);
        CompletableFuture<Termination> shared = container.joinDestroy(result).orElse(result);
        if (shared == result) {
            begin(container, result);
        }
        return shared;
    }

    /** A task that has ended is cleaned up after on the caller's thread: the usual case, and the quickest. */
    private void begin(Container container, Outcome<Termination> result) {
        if (container.exit().isDone()) {
            attempt(container, result, 0, result::completeHere);
            return;
        }
        // a launch may take as long as an image takes to be pulled, and no thread is kept waiting for that
        container.afterLaunch(() -> unlessClosing(
                container, result, () -> executor.execute(() -> attempt(container, result, 0, result::complete))));
    }

    /** Whoever waits for the result must not wait for a retry that will never be. */
    private static void unlessClosing(Container container, CompletableFuture<Termination> result, Runnable submission) {
        try {
            submission.run();
        } catch (RejectedExecutionException closing) {
            String hint = container.stuck().map(stuck -> " (" + stuck + ")").orElse("");
            container.destroyGivenUp();
            result.completeExceptionally(new TeardownException("cannot destroy container " + container.id() + hint
                    + ": this process is closing; the next one finds it by recovery"));
        }
    }

    private void attempt(
            Container container, CompletableFuture<Termination> result, int attempt, Consumer<Termination> done) {
        List<Failure> failures;
        try {
            failures = tearDown(container);
        } catch (RuntimeException | Error defect) {
            container.destroyGivenUp();
            result.completeExceptionally(defect);
            return;
        }
        if (failures.isEmpty()) {
            container.destroyed();
            forget.accept(container);
            // A container that never ran has no task whose end could be waited for.
            done.accept(container.exit().join());
            return;
        }
        String stuck = failures.stream().map(Failure::toString).collect(Collectors.joining("; "));
        container.destroyIsStuck(stuck);
        if (attempt + 1 < retries.attempts()) {
            unlessClosing(container, result, () -> retry(container, result, attempt));
            return;
        }
        container.destroyGivenUp();
        TeardownException exception = new TeardownException("cannot destroy container " + container.id() + " after "
                + retries.attempts() + " attempts: " + stuck + "; it stays known, destroy it again to retry");
        failures.forEach(failure -> exception.addSuppressed(failure.cause()));
        result.completeExceptionally(exception);
    }

    private void retry(Container container, CompletableFuture<Termination> result, int attempt) {
        ScheduledFuture<?> unused = executor.schedule(
                () -> attempt(container, result, attempt + 1, result::complete),
                retries.delayMillis(attempt),
                TimeUnit.MILLISECONDS);
    }

    /** One attempt: end the task, then undo what the launch did, newest first. Waits for a launch that is under way. */
    private List<Failure> tearDown(Container container) {
        Teardown teardown = container.teardown();
        synchronized (teardown) {
            try {
                endTask(container);
            } catch (IOException e) {
                return List.of(new Failure("task", e));
            }
            return teardown.run();
        }
    }

    private void endTask(Container container) throws IOException {
        container.killAll();
        if (container.awaitExit(retries.killTimeoutMillis())) {
            return;
        }
        throw new IOException("its processes did not end within " + retries.killTimeoutMillis() + " ms of SIGKILL: "
                + container.describeProcesses());
    }
}
