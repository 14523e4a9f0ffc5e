package dev.coffer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.agent.config.Surroundings;
import dev.coffer.cli.syntax.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CofferTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int coffer(String... words) {
        Console console = new Console(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                new Surroundings(Map.of()));
        return new Coffer(console).run(words);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void helpsWithAllSubcommands() {
        assertThat(coffer("--help")).isZero();
        assertThat(out()).isEqualTo(golden("help.txt"));
        assertThat(err()).isEmpty();
    }

    @Test
    void helpsWithOneSubcommand() {
        assertThat(coffer("run", "--help")).isZero();
        assertThat(out()).isEqualTo(golden("help-run.txt"));
    }

    @Test
    void helpsTheSameWhicheverWayItIsAskedFor() {
        coffer("help", "run");

        assertThat(out()).isEqualTo(golden("help-run.txt"));
    }

    @Test
    void showsTheHelpOnStandardErrorIfNothingIsAsked() {
        assertThat(coffer()).isEqualTo(125);
        assertThat(err()).isEqualTo(golden("help.txt"));
        assertThat(out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "runn, unknown subcommand 'runn'; did you mean run?",
        "expl, unknown subcommand 'expl'; did you mean explain?",
        "xyzzy, 'unknown subcommand ''xyzzy''; there are run, pull, images, prune, explain, doctor, cleanup, version'"
    })
    void suggestsSubcommands(String word, String message) {
        assertThat(coffer(word)).isEqualTo(125);
        assertThat(err()).isEqualTo("coffer: " + message + "\n");
    }

    @Test
    void takesTheOptionsOfTheHostBeforeTheSubcommandToo() {
        assertThat(coffer("--work_dir", "relative", "images")).isEqualTo(125);
        assertThat(err()).isEqualTo("coffer: cannot use --work_dir 'relative': expected an absolute path\n");
    }

    @ParameterizedTest
    @CsvSource({
        "--cgroup_root=x, unknown option '--cgroup_root=x'; did you mean --cgroups_root?; see coffer images --help",
        "--docker_ignore_runtime=2, cannot use --docker_ignore_runtime '2': expected true or false",
        "--modules_dir=/nosuch, nothing"
    })
    void takesFlagsOfIsolatorsEverywhere(String word, String message) {
        coffer("images", "--work_dir=/nosuch", word);

        assertThat(err()).isEqualTo(message.equals("nothing") ? "" : "coffer: " + message + "\n");
    }

    @Test
    void saysWhatIsWrongWithTheDirectoryOfModules() {
        assertThat(coffer("doctor", "--modules_dir=/nosuch", "--example_deadline=1secs"))
                .isEqualTo(125);
        assertThat(err())
                .isEqualTo("coffer: cannot use --modules_dir: cannot read /nosuch:"
                        + " java.nio.file.NoSuchFileException: /nosuch\n");
    }

    @Test
    void printsNothingThatSteersATerminal() {
        assertThat(coffer("x\u001b[31m\ny")).isEqualTo(125);
        assertThat(err()).doesNotContain("\u001b").hasLineCount(1);
    }

    @Test
    void listsNoImagesWhereThereIsNoStoreAndMakesNone() {
        assertThat(coffer("--work_dir=/nosuch", "images")).isZero();
        assertThat(out()).isEqualTo("REFERENCE  DIGEST              SIZE  PULLED\n");
    }

    @Test
    void printsTheVersion() {
        assertThat(coffer("--version")).isZero();
        assertThat(out()).startsWith("coffer ").endsWith("Java 17\n");
    }

    private static String golden(String name) {
        try (var in = Objects.requireNonNull(CofferTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
