package dev.coffer.it.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddingPageTest {
    private static final Path EXAMPLE = Path.of("src/test/java/dev/coffer/it/embedding/EmbeddingExample.java");

    @ParameterizedTest
    @CsvSource({"whole,README.md", "spec,docs/embedding.md", "run,docs/embedding.md", "stop,docs/embedding.md"})
    void thePageQuotesTheExampleToTheLetter(String section, String page) throws IOException {
        String source = Files.readString(EXAMPLE);
        int begin = source.indexOf("// begin: " + section);
        String quoted = source.substring(source.indexOf('\n', begin) + 1, source.indexOf("// end: " + section));
        String code = quoted.stripTrailing().stripIndent() + "\n";

        assertThat(Files.readString(Path.of("..", page))).contains("```java\n" + code + "```");
    }
}
