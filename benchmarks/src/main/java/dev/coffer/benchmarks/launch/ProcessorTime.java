package dev.coffer.benchmarks.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Processor time of the whole machine since boot, in ticks: the kernel's own threads are in it, and processes that nobody
 * waits for.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_stat.5.html">proc_stat(5)</a>
 */
record ProcessorTime(long busy, long all) {
    private static final double MICROS_PER_TICK = 10_000; // USER_HZ is 100 on every architecture that Linux has left
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;

    static ProcessorTime now() throws IOException {
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
        return new ProcessorTime(all - fields.get(IDLE) - fields.get(IO_WAIT), all);
    }

    /** Between 0, idle, and 1, every processor busy. */
    double shareSince(ProcessorTime before) {
        return (double) (busy - before.busy) / Math.max(1, all - before.all);
    }

    double microsSince(ProcessorTime before) {
        return (busy - before.busy) * MICROS_PER_TICK;
    }
}
