package dev.coffer.containerizer.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.Limitation;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TerminationRecordTest {
    @Test
    void keepsWhatWasLimited() throws IOException {
        Limitation limitation = new Limitation(Reason.PORTS_LIMIT, "it listens on 8080", "ports:[8080-8080]");
        Termination limited = new Termination(
                OptionalInt.empty(),
                OptionalInt.of(9),
                limitation.reason(),
                limitation.message(),
                0,
                5,
                Optional.of(limitation));

        assertThat(TerminationRecord.parse(TerminationRecord.format(limited))).isEqualTo(limited);
    }

    @Test
    void keepsAnEndWithoutALimit() throws IOException {
        Termination exited =
                new Termination(OptionalInt.of(3), OptionalInt.empty(), Reason.EXITED, "exited with status 3", 1, 5);

        assertThat(TerminationRecord.parse(TerminationRecord.format(exited))).isEqualTo(exited);
    }
}
