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
    void drawsABarForEachLayerOnATerminalAndWipesThem() {
        try (PullProgress progress = new PullProgress(err, () -> true)) {
            progress.progress("sha256:aa", 1 << 20, 2 << 20);
            progress.progress("sha256:bb", 0, 2 << 20);
            progress.progress("sha256:aa", 2 << 20, 2 << 20);
        }

        assertThat(shown())
                .startsWith("\raa  [" + "#".repeat(15) + " ".repeat(15) + "] 1.0 MB of 2.0 MB\u001b[K\n")
                .contains("\r\u001b[2Aaa  [" + "#".repeat(30) + "] 2.0 MB of 2.0 MB\u001b[K\nbb  [" + " ".repeat(30)
                        + "] 0.0 MB of 2.0 MB\u001b[K\n1 of 2 layers\u001b[K\n")
                .endsWith("\r\u001b[3A\u001b[J");
    }

    @Test
    void showsThoseUnderWayWhenThereAreManyLayers() {
        try (PullProgress progress = new PullProgress(err, () -> true)) {
            for (int i = 0; i < 40; i++) {
                progress.progress("sha256:done" + i, 5, 5);
            }
            progress.progress("sha256:late", 5, 5);
        }

        String[] drawings = shown().split("\r", -1);
        assertThat(drawings[drawings.length - 2]).contains("41 of 41 layers").doesNotContain("done");
    }

    @Test
    void saysEventsAsJson() {
        PullEvents events = new PullEvents(err, "a\"b");
        events.progress("sha256:aa", 1, 9);
        events.progress("sha256:aa", 2, 9);
        events.progress("sha256:aa", 9, 9);
        events.failed("no\nway");

        assertThat(shown().split("\n", -1))
                .containsExactly(
                        "{\"event\":\"layer\",\"reference\":\"a\\\"b\",\"layer\":\"sha256:aa\",\"done\":1,\"total\":9}",
                        "{\"event\":\"layer\",\"reference\":\"a\\\"b\",\"layer\":\"sha256:aa\",\"done\":9,\"total\":9}",
                        "{\"event\":\"error\",\"reference\":\"a\\\"b\",\"message\":\"no\\u000away\"}",
                        "");
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
