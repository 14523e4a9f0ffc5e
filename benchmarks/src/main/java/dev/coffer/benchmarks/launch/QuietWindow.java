package dev.coffer.benchmarks.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Waits until nothing else uses the machine, but not for ever: on a busy one the slice runs anyway, and is counted. */
final class QuietWindow {
    private static final double QUIET = 0.12;
    private static final int WINDOW_MILLIS = 150;
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;

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
            Ticks before = Ticks.now();
            Thread.sleep(WINDOW_MILLIS);
            if (Ticks.now().busySince(before) < QUIET) {
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

    /** Processor time of the whole machine since boot, from {@code /proc/stat}. */
    private record Ticks(long busy, long all) {
        static Ticks now() throws IOException {
            String line;
            try (var lines = Files.lines(Path.of("/proc/stat"))) {
                line = lines.findFirst().orElseThrow(() -> new IOException("/proc/stat is empty"));
            }
            List<Long> fields = Arrays.stream(line.split(" +", -1))
                    .skip(1)
                    .limit(8)
                    .map(Long::valueOf)
                    .toList();
            long all = fields.stream().mapToLong(Long::longValue).sum();
            return new Ticks(all - fields.get(IDLE) - fields.get(IO_WAIT), all);
        }

        double busySince(Ticks before) {
            return (double) (busy - before.busy) / Math.max(1, all - before.all);
        }
    }
}
