package dev.coffer.benchmarks.launch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.benchmarks.launch.Contender.Work;
import dev.coffer.benchmarks.launch.Sample.Lap;
import dev.coffer.benchmarks.launch.Slice.Situation;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TargetTest {
    private record Named(String name) implements Contender {
        @Override
        public Sample run(Work work) {
            throw new UnsupportedOperationException("nothing is run here");
        }
    }

    private static void add(Results results, String contender, double... micros) {
        Slice slice = new Slice(Situation.BACK_TO_BACK, new Named(contender), new Work(1, 1, 0));
        for (double round : micros) {
            results.add(slice, new Sample(List.of(), List.of(new Lap(false, round, List.of())), round, round));
        }
    }

    private static Target first(Results results) {
        return Target.of(results, List.of()).get(0);
    }

    @Test
    void comparesMediansOfRounds() {
        Results results = new Results();
        add(results, LaunchBench.FLOOR, 1000, 2000, 9000);
        add(results, LaunchBench.COFFER, 1500, 3000, 90000);

        assertThat(first(results).value()).hasValue(1.5);
        assertThat(first(results).verdict()).isEqualTo("pass");
    }

    @Test
    void saysWhenATargetIsMissed() {
        Results results = new Results();
        add(results, LaunchBench.FLOOR, 1000);
        add(results, LaunchBench.COFFER, 1800);

        assertThat(first(results).verdict()).contains("miss");
    }

    @Test
    void judgesNothingThatWasNotMeasured() {
        Results results = new Results();
        add(results, LaunchBench.COFFER, 1800);

        assertThat(first(results).verdict()).isEqualTo("not measured");
    }
}
