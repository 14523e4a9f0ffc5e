package dev.coffer.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Profiles;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestDirectories;
import dev.coffer.testing.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Profiles of the operator, in the kernel. */
@KernelTest
class SeccompIT {
    /** What an operator would write who wants one thing forbidden: calls that are denied, all others allowed. */
    private static final String MOST = "{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [%s]}";

    private static HostileHost hostile;

    @BeforeAll
    static void openHost() throws IOException {
        hostile = new HostileHost(SeccompIT::profiles);
    }

    @AfterAll
    static void closeHost() throws IOException {
        hostile.close();
    }

    private static Map<String, String> profiles(TestDirectories directories) {
        try {
            Path directory = Files.createDirectory(directories.base().resolve("profiles"));
            write(directory, "usual.json", "{'names': ['getppid'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 6}");
            write(
                    directory,
                    "kill.json",
                    "{'names': ['getppid'], 'action': 'SCMP_ACT_KILL_PROCESS', 'args': ["
                            + "{'index': 0, 'value': 240, 'valueTwo': 16, 'op': 'SCMP_CMP_MASKED_EQ'}]},"
                            + "{'names': ['getppid'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 13, 'args': ["
                            + "{'index': 1, 'value': 18446744073709551615, 'op': 'SCMP_CMP_EQ'}]}");
            write(directory, "log.json", "{'names': ['syslog'], 'action': 'SCMP_ACT_LOG'}");
            write(
                    directory,
                    "notify.json",
                    "{'names': ['getppid'], 'action': 'SCMP_ACT_NOTIFY'}], 'listenerMetadata': 'of the test',"
                            + " 'flags': ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'],"
                            + " 'listenerPath': '" + directories.base().resolve("answers") + "', 'architectures': [");
            write(directory, "broken.json", "{'names': ['getppid'], 'action': 'SCMP_ACT_MAYBE'}");
            return Map.of(
                    "COFFER_SECCOMP_CONFIG_DIR", directory.toString(), "COFFER_SECCOMP_PROFILE_NAME", "usual.json");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path directory, String name, String entries) throws IOException {
        Files.writeString(directory.resolve(name), MOST.formatted(entries).replace('\'', '"'));
    }

    private static ContainerSpec under(String profile, String script) {
        return Specs.with(hostile.script(script), SecuritySpec.DEFAULT.with(new Profiles(Optional.of(profile))));
    }

    @Test
    void appliesTheOperatorsProfileInEveryThread() throws Exception {
        assertThat(hostile.run("hostile call getppid; hostile thread getppid; (hostile thread getppid)"))
                .isEqualTo("refused ENXIO\nrefused ENXIO\nrefused ENXIO");
    }

    @Test
    void appliesTheProfileThatAContainerNames() throws Exception {
        assertThat(hostile.run(under("kill.json", "hostile call getppid; hostile call getppid 0 -1")))
                .isEqualTo("allowed\nrefused EACCES");
        assertThat(hostile.run(under("kill.json", "hostile call getppid 0x1f; echo $?")))
                .contains("159")
                .doesNotContain("allowed");
        assertThat(hostile.run(under("kill.json", "hostile thread getppid 0x1f; echo $?")))
                .contains("159")
                .doesNotContain("allowed");
    }

    @Test
    void makesWhatIsLogged() throws Exception {
        assertThat(hostile.run(under("log.json", "hostile call syslog 10 0 0"))).doesNotContain("ENOSYS");
    }

    @Test
    void letsAnotherProgramAnswer() throws Exception {
        Path socket = hostile.host().directories().base().resolve("answers");
        ContainerSpec spec =
                under("notify.json", "hostile call getppid " + CallAnswerer.REFUSED + "; hostile call getppid 1");
        try (CallAnswerer answerer = new CallAnswerer(socket)) {
            assertThat(hostile.run(spec)).isEqualTo("refused ENXIO\nallowed");

            assertThat(answerer.refused()).isPositive();
            assertThat(answerer.state())
                    .startsWith("{\"ociVersion\":\"1.0.2\",\"fds\":[\"seccompFd\"],\"pid\":")
                    .contains("\"metadata\":\"of the test\"")
                    .contains("\"id\":\"" + spec.id() + "\",\"status\":\"creating\"");
        } finally {
            Files.deleteIfExists(socket);
        }
    }

    @Test
    void launchesNothingWhoseCallsNobodyAnswers() {
        assertThatThrownBy(() -> hostile.run(under("notify.json", "true")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("cannot hand the seccomp listener over to")
                .hasMessageContaining("ENOENT");
    }

    @Test
    void filtersNothingWhenUnconfined() throws Exception {
        assertThat(hostile.run(HostileHost.powerful(hostile.script("hostile call getppid"), "CHOWN")))
                .isEqualTo("allowed");
    }

    @Test
    void refusesAProfileThatCannotBeUsed() {
        assertThatThrownBy(() -> hostile.run(under("broken.json", "true")))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("broken.json: profile.syscalls[0].action: unknown action 'SCMP_ACT_MAYBE'");
        assertThatThrownBy(() -> hostile.run(under("absent.json", "true"))).hasMessageContaining("no such file");
        assertThatThrownBy(() -> hostile.run(under("../usual.json", "true"))).hasMessageContaining("'..'");
    }
}
