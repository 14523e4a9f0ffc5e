package dev.coffer.it.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.agent.Host;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.Secret;
import dev.coffer.container.SecretVolume;
import dev.coffer.container.Volume;
import dev.coffer.isolation.LaunchStepText;
import dev.coffer.it.support.Specs;
import dev.coffer.linux.fs.Trees;
import dev.coffer.testing.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Looks for the values of secrets wherever they must not be. */
@KernelTest
class SecretIT {
    private static final String GIVEN = "given-5f3a91c2e7";
    private static final String FILED = "filed-77b0d4418c";
    private static final String MOUNTED = "mounted-1c09e3aa64";

    private static HostileHost host;
    private static Path directory;

    @BeforeAll
    static void openHost() throws IOException {
        // beside the host's directories: those are searched
        directory = Files.createTempDirectory(Path.of("/dev/shm"), "secrets");
        Files.createDirectory(directory.resolve("db"));
        Files.writeString(directory.resolve("db/password"), FILED);
        host = new HostileHost(
                directories -> Map.of("COFFER_SECRET_RESOLVER", "file", "COFFER_SECRET_DIR", directory.toString()));
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
        Trees.remove(directory);
    }

    private static ContainerSpec secretive(ContainerSpec spec) {
        List<Volume> volumes = new ArrayList<>(spec.isolation().volumes());
        volumes.add(new SecretVolume(new Secret.Value(MOUNTED.getBytes(UTF_8)), "/run/secrets/given"));
        volumes.add(new SecretVolume(new Secret.Reference("db", "password"), "/run/secrets/filed"));
        return new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process()
                        .with(Map.of(
                                "GIVEN", new Secret.Value(GIVEN.getBytes(UTF_8)),
                                "FILED", new Secret.Reference("db", "password"))),
                spec.resources(),
                new IsolationSpec(spec.isolation().network(), spec.isolation().hostname(), volumes),
                spec.security(),
                spec.stdio(),
                spec.sandbox());
    }

    @Test
    void givesTheTaskItsSecretsAndShowsThemNowhere() throws Exception {
        Path volume = host.directory("flags");
        // the comparison is in a file that is removed before the search, so that argv has none of the values
        Files.writeString(
                volume.resolve("task"),
                "[ \"$GIVEN $FILED\" = '" + GIVEN + " " + FILED + "' ]"
                        + " && [ \"$(cat /run/secrets/given)\" = '" + MOUNTED + "' ]"
                        + " && [ \"$(cat /run/secrets/filed)\" = '" + FILED + "' ]"
                        + " && [ \"$(stat -c %a /run/secrets/given)\" = 400 ]"
                        + " && ! echo x 2>/dev/null > /run/secrets/given"
                        + " && grep -q ' /run/secrets/given .* - ramfs ' /proc/self/mountinfo"
                        + " && touch /v/has;"
                        + " while [ ! -e /v/end ]; do sleep 0.1; done");
        ContainerSpec task =
                secretive(HostileHost.with(host.script("sh /v/task"), new HostVolume(volume, "/v", false)));

        host.host().containerizer().launch(task);
        try {
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(volume.resolve("has")));
            Files.delete(volume.resolve("task"));
            List<String> found = search(host.host().directories().base());
            found.addAll(commandLines());
            assertThat(found).isEmpty();
            assertThat(shown(task))
                    .doesNotContain(GIVEN, FILED, MOUNTED)
                    .contains("GIVEN", "FILED", "/run/secrets/given");
            assertThat(host.host().containerizer().status(task.id()).toString()).doesNotContain(GIVEN, FILED, MOUNTED);
        } finally {
            Files.createFile(volume.resolve("end"));
            host.host().awaitExit(task.id());
            host.host().awaitDestroyed(task.id());
        }
        assertThat(search(host.host().directories().base())).isEmpty();
        assertThat(task.toString()).doesNotContain(GIVEN, FILED, MOUNTED);
    }

    private static String shown(ContainerSpec spec) {
        StringBuilder text = new StringBuilder();
        Host.explain(host.config(), Specs.removed(spec))
                .steps()
                .forEach(step -> text.append(LaunchStepText.describe(step)));
        return text.toString();
    }

    @Test
    void aSecretFileIsOnNoMountOfTheHostAndGoneWithTheContainer() throws Exception {
        String shown = host.run(secretive(host.script("cat /run/secrets/given | wc -c; mount | grep -c ramfs")));

        assertThat(shown).isEqualTo(MOUNTED.length() + "\n2");
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .noneMatch(line -> line.contains(" - ramfs ") && line.contains("coffer"));
    }

    private static List<String> commandLines() throws IOException {
        List<String> found = new ArrayList<>();
        try (var processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process.resolve("cmdline"))) {
                    found.add(process.toString());
                }
            }
        }
        return found;
    }

    private static List<String> search(Path top) throws IOException {
        try (Stream<Path> files = Files.walk(top)) {
            return new ArrayList<>(files.filter(Files::isRegularFile)
                    .filter(SecretIT::holds)
                    .map(Path::toString)
                    .toList());
        }
    }

    private static boolean holds(Path file) {
        try {
            String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return content.contains(GIVEN) || content.contains(FILED) || content.contains(MOUNTED);
        } catch (java.nio.file.NoSuchFileException gone) {
            return false;
        } catch (IOException e) {
            if (file.startsWith("/proc")) {
                return false;
            }
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesWhatCannotBeResolvedWithoutTellingOthers() {
        ContainerSpec spec = host.script("true");
        for (String name : List.of("absent", "../secrets", "/etc/passwd", "db")) {
            ContainerSpec asking = new ContainerSpec(
                    spec.id(),
                    spec.image(),
                    spec.process().with(Map.of("X", new Secret.Reference(name, ""))),
                    spec.resources(),
                    spec.isolation(),
                    spec.security(),
                    spec.stdio(),
                    spec.sandbox());
            assertThatThrownBy(() -> host.run(asking))
                    .isInstanceOf(IsolationException.class)
                    .hasMessageStartingWith("cannot resolve secret '" + name + "': ");
        }
    }
}
