package dev.coffer.containerizer.lifecycle;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The undo stack of one container. What is undone leaves the stack; what fails stays on it, so that a later attempt
 * goes on where this one stopped. Guarded by the container's lock.
 */
public final class Teardown {
    /** Undoes one thing; idempotent. */
    @FunctionalInterface
    public interface Undo {
        void close() throws IOException;
    }

    /** An undo that failed, and why. */
    public record Failure(String stage, Throwable cause) {
        @Override
        public String toString() {
            return stage + ": " + cause.getMessage();
        }
    }

    private record Entry(String stage, Undo undo) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Stages stages;

    public Teardown(Stages stages) {
        this.stages = stages;
    }

    /** Registers how to undo what is about to be done. */
    public void push(String stage, Undo undo) {
        entries.push(new Entry(stage, undo));
    }

    /**
     * Undoes everything, newest first. A failing entry never keeps those below it from being tried, except the last:
     * that is the record by which the container is known, and it stays until all else is gone.
     */
    public List<Failure> run() {
        List<Failure> failures = new ArrayList<>();
        for (Iterator<Entry> remaining = entries.iterator(); remaining.hasNext(); ) {
            Entry entry = remaining.next();
            boolean record = !remaining.hasNext();
            if (record && !failures.isEmpty()) {
                break;
            }
            stages.reached("undo:" + entry.stage);
            try {
                entry.undo.close();
                remaining.remove();
            } catch (IOException | RuntimeException e) {
                failures.add(new Failure(entry.stage, e));
            }
        }
        return failures;
    }
}
