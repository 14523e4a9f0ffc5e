package dev.coffer.cli.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizesTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1B, 1",
        "1024b, 1024",
        "1KB, 1024",
        "32MB, 33554432",
        "32m, 33554432",
        "32MiB, 33554432",
        "1.5g, 1610612736",
        "2T, 2199023255552"
    })
    void readsUnitsOfMesosAndOfDocker(String text, long bytes) {
        assertThat(Sizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "MB", ".", "1.2.3m", "0", "-1", "-5m", "1 MB", "1XB", "1bb", "1e9", "9999999999999T", "NaN"})
    void refusesWhatIsNoSize(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Sizes.parse(text));
    }

    @Test
    void neverGoesBelowOneByteOrBeyondALong() {
        assertThatIllegalArgumentException().isThrownBy(() -> Sizes.parse("0.0001k"));
        assertThatIllegalArgumentException().isThrownBy(() -> Sizes.parse("8388608T"));
    }
}
