package dev.coffer.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FlagsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "flags.md");

    @Test
    void isUpToDate() throws IOException {
        String fresh = new FlagsPage().text();
        Path made = Files.createDirectories(Path.of("target")).resolve("flags.md");
        Files.writeString(made, fresh);

        assertThat(Files.readString(PAGE))
                .as("docs/flags.md is stale; cp agent/target/flags.md docs/flags.md")
                .isEqualTo(fresh);
    }
}
