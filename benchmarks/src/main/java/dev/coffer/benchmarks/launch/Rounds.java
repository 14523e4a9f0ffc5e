package dev.coffer.benchmarks.launch;

import dev.coffer.container.ContainerException;
import java.io.IOException;
import java.util.List;

/** Runs every slice once per round, so that whatever else the machine does meanwhile meets all contenders alike. */
final class Rounds {
    private final QuietWindow quiet;
    private final Results results;

    Rounds(QuietWindow quiet, Results results) {
        this.quiet = quiet;
        this.results = results;
    }

    void run(List<Slice> slices) throws IOException, InterruptedException {
        for (Slice slice : slices) {
            if (results.failed(slice)) {
                continue;
            }
            quiet.await();
            measure(slice);
        }
    }

    private void measure(Slice slice) throws InterruptedException {
        try {
            ProcessorTime before = ProcessorTime.now();
            Sample sample = slice.contender().run(slice.work());
            results.add(slice, sample.withProcessorMicros(ProcessorTime.now().microsSince(before)));
        } catch (IOException | ContainerException e) {
            String reason = String.valueOf(e.getMessage());
            results.fail(slice, reason);
            System.err.println("bench: " + slice.label() + ": " + reason);
        }
    }
}
