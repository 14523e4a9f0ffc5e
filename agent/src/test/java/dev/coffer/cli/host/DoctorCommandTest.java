package dev.coffer.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void failsIfSomethingIsInTheWay() {
        int status = DoctorCommand.print(
                List.of(Finding.ok("a", "yes"), Finding.broken("b", "no; install b"), Finding.limited("c", "old")),
                out);

        assertThat(status).isEqualTo(1);
        assertThat(printed())
                .contains("BROKEN   b                      no; install b\n")
                .endsWith("containers cannot run here: 1 of 3 findings are in the way\n");
    }

    @Test
    void succeedsWithLimitations() {
        assertThat(DoctorCommand.print(List.of(Finding.limited("c", "old")), out))
                .isZero();
        assertThat(printed()).endsWith("containers can run here; limited in 1 way\n");
    }

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
