package dev.coffer.benchmarks.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class ToolContenderTest {
    @Test
    void readsStepsLapsAndTotals() throws IOException {
        Sample sample = ToolContender.parse("""
                steps\tmake\trun
                lap\t0\t30.0\t10.0\t20.0
                lap\t1\t50.0\t10.0\t40.0
                total\t1000000\t60
                """);

        assertThat(sample.steps()).containsExactly("make", "run");
        assertThat(sample.micros()).containsExactly(30.0, 50.0);
        assertThat(sample.laps().get(1).steps()).containsExactly(10.0, 40.0);
        assertThat(sample.failures()).isEqualTo(1);
        assertThat(sample.launchesPerSecond()).isEqualTo(2.0);
        assertThat(sample.cpuMicros()).isEqualTo(60.0);
    }

    @Test
    void refusesOutputWithoutATotal() {
        assertThatThrownBy(() -> ToolContender.parse("steps\tmake\nlap\t0\t30.0\t30.0\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no total");
    }

    @Test
    void refusesALineItDoesNotKnow() {
        assertThatThrownBy(() -> ToolContender.parse("lop\t0\t30.0\n"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lop");
    }
}
