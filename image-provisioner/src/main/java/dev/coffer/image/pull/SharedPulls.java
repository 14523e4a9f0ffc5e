package dev.coffer.image.pull;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.image.Cancellation;
import dev.coffer.image.ImageReference;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.store.StoredImage;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Lets those who want the same image at the same time wait for one pull. It runs in a thread of its own, so that whoever
 * came first may leave; when the last one has left, it is stopped. Thread-safe.
 */
final class SharedPulls {
    private static final int STOP_SECONDS = 10;

    private final Map<Key, Running> running = new HashMap<>();

    private record Key(ImageReference reference, PullPolicy policy) {}

    /** The pull itself. */
    interface Work {
        /** Stops with an exception when its thread is interrupted; what it opened and names here is closed then. */
        StoredImage pull(ProgressListener progress, Openings openings) throws IOException;
    }

    /** Is told what must be closed to end a wait for the network. */
    interface Openings {
        void opened(Closeable source);
    }

    private static final class Running implements Openings {
        private final CompletableFuture<StoredImage> result = new CompletableFuture<>();
        private final List<ProgressListener> listeners = new CopyOnWriteArrayList<>();
        private int waiting;
        private @Nullable Thread thread;
        private @Nullable Closeable source;
        private boolean stopped;

        @Override
        public synchronized void opened(Closeable opened) {
            source = opened;
            if (stopped) {
                close(opened);
            }
        }

        private synchronized void stop() {
            stopped = true;
            Thread worker = thread;
            if (worker != null) {
                worker.interrupt();
            }
            if (source != null) {
                close(source);
            }
        }

        private static void close(Closeable source) {
            try {
                source.close();
            } catch (IOException e) {
                return; // the pull meets the same failure and reports it
            }
        }
    }

    /**
     * Takes part in the pull of an image, started if nobody pulls it yet.
     *
     * @throws IOException of the pull
     * @throws ImageException if cancelled, or this thread is interrupted
     */
    StoredImage join(
            ImageReference reference,
            PullPolicy policy,
            ProgressListener progress,
            Cancellation cancellation,
            Work work)
            throws IOException {
        if (cancellation.isCancelled()) {
            throw new ImageException(Fault.USER_SPEC, "cannot pull image " + reference + ": it was cancelled");
        }
        Key key = new Key(reference, policy);
        Running pull = enter(key, progress, work);
        CompletableFuture<StoredImage> mine = pull.result.copy();
        cancellation.onCancel(() -> mine.cancel(false));
        try {
            return mine.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("pull failed", e.getCause());
        } catch (java.util.concurrent.CancellationException e) {
            leave(key, pull, progress);
            throw stopped(reference, "it was cancelled", e);
        } catch (InterruptedException e) {
            leave(key, pull, progress);
            Thread.currentThread().interrupt();
            throw stopped(reference, "interrupted", e);
        } finally {
            pull.listeners.remove(progress);
        }
    }

    private static ImageException stopped(ImageReference reference, String cause, Exception why) {
        return new ImageException(Fault.USER_SPEC, "cannot pull image " + reference + ": " + cause, why);
    }

    private Running enter(Key key, ProgressListener progress, Work work) {
        synchronized (running) {
            Running present = running.get(key);
            Running pull = present == null ? new Running() : present;
            pull.waiting++;
            pull.listeners.add(progress);
            if (present == null) {
                running.put(key, pull);
                Thread thread = new Thread(() -> run(key, pull, work), "coffer-pull");
                thread.setDaemon(true);
                pull.thread = thread;
                thread.start();
            }
            return pull;
        }
    }

    private void run(Key key, Running pull, Work work) {
        try {
            ProgressListener all =
                    (blob, done, total) -> pull.listeners.forEach(listener -> listener.progress(blob, done, total));
            StoredImage image = work.pull(all, pull);
            forget(key, pull);
            pull.result.complete(image);
        } catch (IOException | RuntimeException | Error e) {
            forget(key, pull);
            pull.result.completeExceptionally(e);
        }
    }

    private void forget(Key key, Running pull) {
        synchronized (running) {
            running.remove(key, pull);
        }
    }

    /** The last to leave stops the pull, and waits until nothing of it is left. */
    private void leave(Key key, Running pull, ProgressListener progress) {
        pull.listeners.remove(progress);
        synchronized (running) {
            pull.waiting--;
            if (pull.waiting > 0) {
                return;
            }
            running.remove(key, pull);
        }
        pull.stop();
        boolean interrupted = Thread.interrupted();
        try {
            pull.result.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException ended) {
            // stopped, or about to: the network may take its time to notice
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
