package dev.coffer.benchmarks.launch;

import java.io.IOException;

/** Something that can launch a container, let it end and remove it. */
interface Contender {
    String name();

    /** Does that as often as the work says. */
    Sample run(Work work) throws IOException, InterruptedException;

    /**
     * One slice of measuring.
     *
     * @param launches in all
     * @param concurrency how many at once
     * @param gapMillis idle time before each
     */
    record Work(int launches, int concurrency, int gapMillis) {}
}
