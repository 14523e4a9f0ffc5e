package dev.coffer.benchmarks.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StatisticsTest {
    @Test
    void takesTheNearestRank() {
        assertThat(Statistics.median(List.of(9.0, 1.0, 5.0))).isEqualTo(5.0);
        assertThat(Statistics.percentile(List.of(1.0, 2.0, 3.0, 4.0), 1)).isEqualTo(4.0);
        assertThat(Statistics.percentile(List.of(1.0, 2.0, 3.0, 4.0), 0)).isEqualTo(1.0);
    }

    @Test
    void hasNoMedianOfNothing() {
        assertThat(Statistics.median(List.of())).isNaN();
    }
}
