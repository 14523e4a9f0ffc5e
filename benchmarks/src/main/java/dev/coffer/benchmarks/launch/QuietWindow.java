package dev.coffer.benchmarks.launch;

import java.io.IOException;

/** Waits until nothing else uses the machine, but not for ever: on a busy one the slice runs anyway, and is counted. */
final class QuietWindow {
    private static final double QUIET = 0.12;
    private static final int WINDOW_MILLIS = 150;

    private final int patienceMillis;
    private int asked;
    private int refused;

    QuietWindow(int patienceMillis) {
        this.patienceMillis = patienceMillis;
    }

    void await() throws IOException, InterruptedException {
        asked++;
        long deadline = System.nanoTime() + patienceMillis * 1_000_000L;
        do {
            ProcessorTime before = ProcessorTime.now();
            Thread.sleep(WINDOW_MILLIS);
            if (ProcessorTime.now().shareSince(before) < QUIET) {
                return;
            }
        } while (System.nanoTime() < deadline);
        refused++;
    }

    /** For the report. */
    @Override
    public String toString() {
        return (asked - refused) + " of " + asked + " slices began in a quiet window";
    }
}
