package dev.coffer.benchmarks.launch;

import dev.coffer.containerizer.lifecycle.Stages;
import java.util.ArrayList;
import java.util.List;

/** Times the stages of the launch that the calling thread is doing. Thread-safe: each thread has its own. */
final class StageClock implements Stages {
    private final ThreadLocal<Trace> traces = ThreadLocal.withInitial(Trace::new);

    private static final class Trace {
        private final List<String> names = new ArrayList<>();
        private final List<Long> nanos = new ArrayList<>();
    }

    /** Stages that begin on this thread, and their ends, since {@link #begin}. */
    record Times(List<String> names, List<Double> micros, double total) {}

    @Override
    public void reached(String stage) {
        Trace trace = traces.get();
        trace.names.add(stage);
        trace.nanos.add(System.nanoTime());
    }

    void begin() {
        Trace trace = traces.get();
        trace.names.clear();
        trace.nanos.clear();
        reached("accept");
    }

    Times end() {
        reached("end");
        Trace trace = traces.get();
        List<Double> micros = new ArrayList<>();
        int last = trace.nanos.size() - 1;
        for (int i = 0; i < last; i++) {
            micros.add((trace.nanos.get(i + 1) - trace.nanos.get(i)) / 1e3);
        }
        double total = (trace.nanos.get(last) - trace.nanos.get(0)) / 1e3;
        return new Times(List.copyOf(trace.names.subList(0, last)), micros, total);
    }
}
