package dev.coffer.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagesCommandTest {
    @ParameterizedTest
    @CsvSource({
        "-5, just now",
        "59999, just now",
        "60000, 1 min ago",
        "7140000, 119 min ago",
        "7200000, 2 h ago",
        "172740000, 47 h ago",
        "172800000, 2 days ago"
    })
    void tellsAgeInTheUnitThatFits(long millis, String text) {
        assertThat(ImagesCommand.age(millis)).isEqualTo(text);
    }
}
