package dev.coffer.isolators.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageConfig;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Stdio;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Exec;
import dev.coffer.isolation.LaunchStep.Identity;
import dev.coffer.isolation.LaunchStep.WorkingDirectory;
import dev.coffer.isolators.Specs;
import dev.coffer.isolators.security.AgentCapabilities;
import dev.coffer.isolators.security.CapabilityPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerRuntimeIsolatorTest {
    private static final long DEFAULT_SET = 0x8004_05fbL;
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final ImageConfig IMAGE = new ImageConfig(
            List.of("/entry", "-e"),
            List.of("image", "args"),
            List.of("A=1", "B=2", "=bad", "bad", "N=\0"),
            Optional.of("/srv"),
            Optional.of("web"),
            Optional.empty());
    private static final Map<String, String> FILES = Map.of("etc/passwd", "web:x:33:34::/var/www:/bin/sh\n");
    private static final ProcessSpec NOTHING = process(Optional.empty());

    private static ProcessSpec process(Optional<List<String>> entrypoint, String... command) {
        return new ProcessSpec(List.of(command), entrypoint, Map.of(), Optional.empty(), Optional.empty(), true);
    }

    private static List<LaunchStep> plan(Specs specs, ImageConfig image) {
        return new DockerRuntimeIsolator(new CapabilityPolicy(new AgentCapabilities(0x1ff_ffff_ffffL)))
                .plan(specs.context(image, FILES));
    }

    private static Exec exec(ProcessSpec process, ImageConfig image) {
        return (Exec) plan(Specs.DEFAULT.with(process), image).get(2);
    }

    private static WorkingDirectory workingDirectory(Optional<String> requested, Optional<String> ofImage) {
        ProcessSpec process =
                new ProcessSpec(List.of("true"), Optional.empty(), Map.of(), requested, Optional.empty(), true);
        ImageConfig image =
                new ImageConfig(List.of(), List.of(), List.of(), ofImage, Optional.empty(), Optional.empty());
        return (WorkingDirectory) plan(Specs.DEFAULT.with(process), image).get(0);
    }

    @Test
    void takesEverythingFromTheImageWhenNothingIsAskedFor() {
        assertThat(plan(Specs.DEFAULT.with(NOTHING), IMAGE))
                .containsExactly(
                        new WorkingDirectory("/srv", 0, 0),
                        new Identity(33, 34, List.of(34), new LaunchStep.CapabilitySets(DEFAULT_SET, 0, 0, 0)),
                        new Exec(
                                List.of("/entry", "-e", "image", "args"),
                                List.of(PATH, "HOSTNAME=web-1", "HOME=/var/www", "A=1", "B=2")));
    }

    @Test
    void putsTheCommandAfterTheImagesEntrypoint() {
        assertThat(exec(process(Optional.empty(), "mine"), IMAGE).command()).containsExactly("/entry", "-e", "mine");
    }

    @Test
    void discardsTheImagesCommandWithItsEntrypoint() {
        assertThat(exec(process(Optional.of(List.of("sh"))), IMAGE).command()).containsExactly("sh");
        assertThat(exec(process(Optional.of(List.of("sh")), "-c", "id"), IMAGE).command())
                .containsExactly("sh", "-c", "id");
        assertThat(exec(process(Optional.of(List.of()), "id"), IMAGE).command()).containsExactly("id");
    }

    @Test
    void asksForACommandWhenThereIsNone() {
        for (ProcessSpec process : List.of(NOTHING, process(Optional.of(List.of(""))))) {
            assertThatThrownBy(() -> exec(process, ImageConfig.EMPTY))
                    .hasMessage("cannot run image 'busybox': no command is given and the image names none;"
                            + " put a command at the end")
                    .extracting(e -> ((ContainerException) e).fault())
                    .isEqualTo(Fault.USER_SPEC);
        }
    }

    @Test
    void letsTheRequestOverrideTheImageAndTheImageTheDefaults() {
        Map<String, String> requested = new LinkedHashMap<>();
        requested.put("B", "3");
        requested.put("C", "");
        requested.put("HOME", "/mine");
        ProcessSpec process =
                new ProcessSpec(List.of("true"), Optional.empty(), requested, Optional.empty(), Optional.of("0"), true);
        ImageConfig image = new ImageConfig(
                List.of(),
                List.of(),
                List.of("PATH=/bin", "B=2=x"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        assertThat(exec(process, image).environment())
                .containsExactly("PATH=/bin", "HOSTNAME=web-1", "HOME=/mine", "B=3", "C=");
    }

    @Test
    void tellsATerminalsTypeOnlyWithATerminal() {
        Exec exec = (Exec) plan(Specs.DEFAULT.with(new Stdio.Terminal(1, 1)), ImageConfig.EMPTY)
                .get(2);

        assertThat(exec.environment()).contains("TERM=xterm");
        assertThat(exec(ProcessSpec.of("true"), ImageConfig.EMPTY).environment())
                .noneMatch(variable -> variable.startsWith("TERM="));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A=B", "A\0"})
    void refusesAVariableNoEnvironmentCanHold(String name) {
        ProcessSpec process = new ProcessSpec(
                List.of("true"), Optional.empty(), Map.of(name, "x"), Optional.empty(), Optional.empty(), true);

        assertThatThrownBy(() -> exec(process, ImageConfig.EMPTY))
                .isInstanceOf(ContainerException.class)
                .hasMessageStartingWith("cannot set environment variable '");
    }

    @Test
    void refusesANulInTheCommand() {
        assertThatThrownBy(() -> exec(ProcessSpec.of("echo", "a\0b"), ImageConfig.EMPTY))
                .hasMessage("cannot run command 'echo': an argument holds a NUL character");
    }

    @ParameterizedTest
    @CsvSource({"/a, /b, /a", ", /b, /b", ", b, /b", ", , /", "'', /b, /b", ", '', /"})
    void worksInTheRequestedDirectoryOrTheImages(String requested, String ofImage, String expected) {
        assertThat(workingDirectory(Optional.ofNullable(requested), Optional.ofNullable(ofImage)))
                .isEqualTo(new WorkingDirectory(expected, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"srv", "./x", "/a\0b"})
    void refusesADirectoryThatIsNotAbsolute(String requested) {
        assertThatThrownBy(() -> workingDirectory(Optional.of(requested), Optional.empty()))
                .hasMessageStartingWith("cannot use working directory '")
                .hasMessageEndingWith("it must be an absolute path");
    }

    @Test
    void givesRootTheDefaultCapabilities() {
        Identity identity = (Identity) plan(Specs.DEFAULT, ImageConfig.EMPTY).get(1);

        assertThat(identity)
                .isEqualTo(
                        new Identity(0, 0, List.of(0), new LaunchStep.CapabilitySets(DEFAULT_SET, DEFAULT_SET, 0, 0)));
    }
}
