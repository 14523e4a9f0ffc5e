package dev.coffer.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PullProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    @Test
    void drawsOneLineOnATerminalAndWipesIt() {
        try (PullProgress progress = new PullProgress(err, () -> true)) {
            progress.progress("sha256:aa", 1 << 20, 2 << 20);
            progress.progress("sha256:bb", 0, 2 << 20);
            progress.progress("sha256:aa", 2 << 20, 2 << 20);
        }

        assertThat(shown())
                .doesNotContain("\n")
                .contains("\r[" + "#".repeat(15) + " ".repeat(15) + "] 2.0 MB of 4.0 MB, 1 of 2 layers\u001b[K")
                .endsWith("\r\u001b[K");
    }

    @Test
    void saysEachLayerOnceElsewhere() {
        try (PullProgress progress = new PullProgress(err, () -> false)) {
            progress.progress("sha256:0123456789abcdef", 1, 2 << 20);
            progress.progress("sha256:0123456789abcdef", 2 << 20, 2 << 20);
            progress.progress("sha256:0123456789abcdef", 2 << 20, 2 << 20);
        }

        assertThat(shown()).isEqualTo("coffer: layer 0123456789ab: 2.0 MB\n");
    }

    @Test
    void showsNothingOfAPullThatFetchesNothing() {
        try (PullProgress progress = new PullProgress(err, () -> {
            throw new AssertionError("nobody needs to know what standard error is");
        })) {
            assertThat(progress).isNotNull();
        }

        assertThat(shown()).isEmpty();
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
