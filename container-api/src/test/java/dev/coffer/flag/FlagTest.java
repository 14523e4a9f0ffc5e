package dev.coffer.flag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagTest {
    private static final Flag<Duration> PAUSE = Flag.of("pause", Syntax.duration(), "15secs", "Pause.");

    @ParameterizedTest
    @CsvSource({
        "1ns, PT0.000000001S",
        "2us, PT0.000002S",
        "500ms, PT0.5S",
        "1.5mins, PT90S",
        "2hrs, PT2H",
        "1days, PT24H",
        "1weeks, PT168H",
        "0secs, PT0S"
    })
    void readsDurations(String text, Duration duration) {
        assertThat(PAUSE.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15",
                "secs",
                "15 secs",
                "15s",
                "-1secs",
                "1e9weeks",
                "1.5.5secs",
                "9999999999weeks",
                "15secs "
            })
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> PAUSE.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot use --pause '" + text + "': ")
                .hasMessageEndingWith(
                        "expected a duration such as 15secs; units are ns, us, ms, secs, mins, hrs, days and weeks");
    }

    @Test
    void readsSizes() {
        assertThat(Syntax.bytes().parse("10MB")).isEqualTo(10L << 20);
        assertThat(Syntax.bytes().parse("1.5KB")).isEqualTo(1536);
        assertThatThrownBy(() -> Syntax.bytes().parse("10mb")).hasMessage("there is no unit 'mb'");
        assertThatThrownBy(() -> Syntax.bytes().parse("9999999TB")).hasMessage("it is too large");
    }

    @Test
    void readsNumbersWithinBounds() {
        Syntax<Long> handle = Syntax.number(1, 0xffff);

        assertThat(handle.parse("0xA")).isEqualTo(10);
        assertThat(handle.expected()).isEqualTo("a whole number from 1 to 65535");
        assertThatThrownBy(() -> handle.parse("0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> handle.parse("0x-1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(Syntax.decimal(0, 1).parse("0.1")).isEqualTo(0.1);
        assertThatThrownBy(() -> Syntax.decimal(0, 1).parse("1.1")).hasMessage("it is out of bounds");
        assertThatThrownBy(() -> Syntax.decimal(0, 1).parse("NaN")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsRanges() {
        assertThat(Syntax.ranges(1, 10_000).parse("[5000-10000,1-2]"))
                .containsExactly(new NumberRange(5000, 10_000), new NumberRange(1, 2));
        for (String wrong : List.of("5-6", "[6-5]", "[5]", "[]", "[0-1]", "[1-10001]", "[a-b]", "[", "[-1-2]")) {
            assertThatThrownBy(() -> Syntax.ranges(1, 10_000).parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void readsNamesPathsAndChoices() {
        assertThat(Syntax.names().parse("a, b/c")).containsExactly("a", "b/c");
        assertThatThrownBy(() -> Syntax.names().parse("a,,b")).hasMessage("a name is empty");
        assertThatThrownBy(() -> Syntax.names().parse("a,b,a")).hasMessage("'a' is named twice");
        assertThat(Syntax.path().parse("/a/../b")).isEqualTo(Path.of("/b"));
        assertThatThrownBy(() -> Syntax.path().parse("b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Syntax.path().parse("/\0")).hasMessage("it cannot be a path");
        assertThat(Syntax.oneOf("auto", "overlay").label()).isEqualTo("auto|overlay");
        assertThatThrownBy(() -> Syntax.oneOf("auto").parse("AUTO")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsADefaultFromTheSameValueChosen() {
        FlagValues chosen = FlagValues.DEFAULTS.withText(PAUSE, "15secs");

        assertThat(FlagValues.DEFAULTS.get(PAUSE)).isEqualTo(chosen.get(PAUSE));
        assertThat(FlagValues.DEFAULTS.isSet(PAUSE)).isFalse();
        assertThat(chosen.isSet(PAUSE)).isTrue();
    }

    @Test
    void hasNoValueIfNoneIsNeeded() {
        Flag<Optional<String>> name = Flag.optional("name", Syntax.text(), "Name.");

        assertThat(FlagValues.DEFAULTS.get(name)).isEmpty();
        assertThat(FlagValues.DEFAULTS.withText(name, "").get(name)).contains("");
    }

    @ParameterizedTest
    @CsvSource({"cgroup_root, cgroups_root", "work_dri, work_dir", "xyzzy,", "a,"})
    void guessesWhatWasMeant(String written, String meant) {
        assertThat(Nearest.of(written, List.of("work_dir", "cgroups_root", "runtime_dir")))
                .isEqualTo(Optional.ofNullable(meant));
    }
}
