package dev.coffer.containerizer.lifecycle;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A result that strangers may attach callbacks to: those never run on the thread that brings the result, which has other
 * containers to look after. Whoever waits with {@code get} or {@code join} is woken by that thread itself.
 */
final class Outcome<T> extends CompletableFuture<T> {
    private final Executor callbacks;
    /** What is waited for. It has no callbacks, so completing it is quick; this future follows it. */
    private final CompletableFuture<T> fact = new CompletableFuture<>();

    private final AtomicInteger waiting = new AtomicInteger();

    Outcome(Executor callbacks) {
        this.callbacks = callbacks;
    }

    @Override
    public boolean complete(T value) {
        return settled(fact.complete(value));
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return settled(fact.completeExceptionally(failure));
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return settled(fact.cancel(mayInterruptIfRunning));
    }

    /** A waiter that is there now does it when it is awake, which spares its wake-up the price of an executor. */
    private boolean settled(boolean now) {
        if (now && waiting.get() == 0) {
            letOthersFollow();
        }
        return now;
    }

    /** Completes it together with all callbacks: for a thread that serves only whoever asked for this result. */
    void completeHere(T value) {
        if (fact.complete(value)) {
            follow();
        }
    }

    private void letOthersFollow() {
        try {
            callbacks.execute(this::follow);
        } catch (RejectedExecutionException closing) {
            follow(); // there is nobody left that would have to wait for the callbacks
        }
    }

    private void follow() {
        CompletableFuture<T> unused = fact.whenComplete((value, failure) -> {
            if (failure == null) {
                super.complete(value);
            } else {
                super.completeExceptionally(failure);
            }
        });
    }

    /** Ends a wait. If the fact came before, it may have been left to us to tell; if not, it sees that we are gone. */
    private void waited() {
        waiting.decrementAndGet();
        if (fact.isDone() && !super.isDone()) {
            if (getNumberOfDependents() == 0) {
                follow();
            } else {
                letOthersFollow();
            }
        }
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        waiting.incrementAndGet();
        try {
            return fact.get();
        } finally {
            waited();
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        waiting.incrementAndGet();
        try {
            return fact.get(timeout, unit);
        } finally {
            waited();
        }
    }

    @Override
    public T join() {
        waiting.incrementAndGet();
        try {
            return fact.join();
        } finally {
            waited();
        }
    }

    @Override
    public T getNow(@Nullable T absent) {
        return fact.getNow(absent);
    }

    @Override
    public boolean isDone() {
        return fact.isDone();
    }

    @Override
    public boolean isCompletedExceptionally() {
        return fact.isCompletedExceptionally();
    }

    @Override
    public boolean isCancelled() {
        return fact.isCancelled();
    }
}
