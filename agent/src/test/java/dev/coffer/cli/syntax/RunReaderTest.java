package dev.coffer.cli.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.agent.config.FlagCatalog;
import dev.coffer.agent.config.Surroundings;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Device;
import dev.coffer.container.DeviceSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.Secret;
import dev.coffer.container.SecretVolume;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.container.SecuritySpec.SeccompMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunReaderTest {
    private static final HostFacts HOST = new HostFacts(new Surroundings(Map.of("FROM_HERE", "yes")), () -> 4);

    private static final Command RUN = new Command() {
        @Override
        public String name() {
            return "run";
        }

        @Override
        public String summary() {
            return "Run";
        }

        @Override
        public void describe(Options options) {
            RunOptions.addTo(options);
        }

        @Override
        public int run(ParsedWords words, Console console) {
            return 0;
        }
    };

    private static RunRequest read(String... words) {
        return RunReader.read(Words.parse(RUN, List.of(words), new FlagCatalog(Optional.empty())), HOST);
    }

    private static ContainerSpec spec(String... words) {
        return read(words).spec();
    }

    @Test
    void takesTheFirstWordAsTheImageAndTheRestAsTheCommand() {
        ContainerSpec spec = spec("--cpus", "0.5", "debian:12", "ls", "-l", "--cpus", "7");

        assertThat(spec.image()).contains("debian:12");
        assertThat(spec.process().command()).containsExactly("ls", "-l", "--cpus", "7");
        assertThat(spec.resources().cpus()).hasValue(0.5);
    }

    @Test
    void meansTheSameWithTheImageAsAnOption() {
        ContainerSpec plain = spec("--name", "a", "debian", "ls", "-l");

        assertThat(spec("--name", "a", "--image", "debian", "--", "ls", "-l")).isEqualTo(plain);
        assertThat(spec("--image=debian", "--name=a", "ls", "-l")).isEqualTo(plain);
        assertThat(spec("--name", "a", "debian", "--", "ls", "-l")).isEqualTo(plain);
    }

    @Test
    void takesAllWordsAfterADoubleDashAsTheCommand() {
        ContainerSpec spec = spec("--rm", "--", "debian", "--", "x");

        assertThat(spec.image()).isEmpty();
        assertThat(spec.process().command()).containsExactly("debian", "--", "x");
    }

    @Test
    void leavesTheCommandToTheImage() {
        assertThat(spec("debian").process().command()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--", "--rm", "--cpus 1 --"})
    void needsSomethingToRun(String words) {
        String[] split = words.isEmpty() ? new String[0] : words.split(" ", -1);

        assertThatThrownBy(() -> read(split)).isInstanceOf(UsageException.class).hasMessageContaining("nothing to run");
    }

    @Test
    void joinsShortOptions() {
        RunRequest request = read("-it", "-m64m", "-eA=1", "-u", "1:2", "debian");

        assertThat(request.interactive()).isTrue();
        assertThat(request.terminal()).isTrue();
        assertThat(request.spec().resources().memoryBytes()).hasValue(64 << 20);
        assertThat(request.spec().process().environment()).containsEntry("A", "1");
        assertThat(request.spec().process().user()).contains("1:2");
    }

    @Test
    void takesTheLastOfAnOptionGivenTwice() {
        assertThat(spec("--cpus", "1", "--cpus", "2", "debian").resources().cpus())
                .hasValue(2);
    }

    @Test
    void readsVariablesFromHereAndFromFiles(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("env"), "# comment\n\nB=from file\nA=first\n");

        Map<String, String> variables = spec(
                        "--env-file", file.toString(), "-e", "A=x=y", "-e", "FROM_HERE", "-e", "NOT_HERE", "debian")
                .process()
                .environment();

        assertThat(variables)
                .containsExactly(Map.entry("B", "from file"), Map.entry("A", "x=y"), Map.entry("FROM_HERE", "yes"));
    }

    @Test
    void readsVolumes(@TempDir Path directory) {
        assertThat(spec("-v", directory + ":/data:ro", "-v", directory + ":/rw", "debian")
                        .isolation()
                        .volumes())
                .containsExactly(new HostVolume(directory, "/data", true), new HostVolume(directory, "/rw", false));
    }

    @Test
    void readsConfinement() {
        ContainerSpec spec = spec(
                "--network",
                "host",
                "--hostname",
                "web",
                "--security-opt",
                "no-new-privileges=false",
                "--security-opt",
                "seccomp=unconfined",
                "--ulimit",
                "nofile=10:20",
                "--ulimit",
                "core=unlimited",
                "--cap-drop",
                "ALL",
                "--cap-add",
                "cap_net_bind_service",
                "--no-init",
                "debian");

        assertThat(spec.isolation().network()).isEqualTo(NetworkMode.HOST);
        assertThat(spec.isolation().hostname()).contains("web");
        assertThat(spec.security().noNewPrivileges()).isFalse();
        assertThat(spec.security().seccomp()).isEqualTo(SeccompMode.UNCONFINED);
        assertThat(spec.security().rlimits())
                .containsEntry("nofile", new Rlimit(10, 20))
                .containsEntry("core", new Rlimit(-1, -1));
        assertThat(spec.security().capabilities())
                .hasValueSatisfying(names -> assertThat(names).containsExactly("NET_BIND_SERVICE"));
        assertThat(spec.process().init()).isFalse();
    }

    @Test
    void readsProfilesAndTheScore() {
        SecuritySpec security = spec("--security-opt", "seccomp=web/strict.json", "--oom-score-adj", "-500", "debian")
                .security();

        assertThat(security.seccomp()).isEqualTo(SeccompMode.DEFAULT_PROFILE);
        assertThat(security.profiles().seccomp()).contains("web/strict.json");
        assertThat(security.extras().oomScoreAdj()).hasValue(-500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1001", "-1001", "x", "", "-2147483648"})
    void refusesAScoreThatTheKernelDoesNotKnow(String score) {
        assertThatThrownBy(() -> read("--oom-score-adj=" + score, "debian"))
                .isInstanceOfSatisfying(
                        UsageException.class, e -> assertThat(e.problems()).hasSize(1));
    }

    @Test
    void changesTheDefaultCapabilities() {
        assertThat(spec("--cap-add", "NET_RAW", "--cap-drop", "CHOWN", "debian")
                        .security()
                        .capabilities())
                .hasValueSatisfying(
                        names -> assertThat(names).contains("NET_RAW", "SETUID").doesNotContain("CHOWN"));
        assertThat(spec("debian").security().capabilities()).isEmpty();
    }

    @Test
    void runsBelowInitByDefault() {
        assertThat(spec("debian").process().init()).isTrue();
        assertThat(spec("--init", "debian").process().init()).isTrue();
    }

    @Test
    void namesEveryProblemAtOnce() {
        assertThatThrownBy(() -> read(
                        "--name",
                        "a b",
                        "--cpus",
                        "5",
                        "--mem",
                        "1KB",
                        "--pids",
                        "0",
                        "-v",
                        "/nosuch:/x",
                        "--network",
                        "no:args",
                        "--workdir",
                        "here",
                        "--hostname",
                        "-x",
                        "--ulimit",
                        "nofile",
                        "debian"))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e -> assertThat(e.problems())
                                .hasSize(9)
                                .contains(
                                        "cannot use --cpus '5': this host has 4 processors",
                                        "cannot use --mem '1KB': the minimum is 32 MB",
                                        "cannot use --pids '0': it must be more than 0",
                                        "cannot use --volume '/nosuch:/x': there is no /nosuch on this host"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "NaN", "Infinity", "x", "4.01"})
    void refusesProcessorsThatTheHostDoesNotHave(String cpus) {
        assertThatThrownBy(() -> read("--cpus", cpus, "debian")).isInstanceOf(UsageException.class);
    }

    @Test
    void suggestsTheOptionThatWasMeant() {
        assertThatThrownBy(() -> read("--memm", "5m", "debian"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("unknown option '--memm'; did you mean --mem");
    }

    @Test
    void saysWhichOptionLacksItsValue() {
        assertThatThrownBy(() -> read("--name"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("option --name needs a value: NAME");
    }

    @Test
    void leavesWordsThatLookLikeFilesAlone() {
        assertThat(spec("debian", "@/etc/passwd", "${x}").process().command()).containsExactly("@/etc/passwd", "${x}");
    }

    @Test
    void givesEachNamelessContainerANameOfItsOwn() {
        assertThat(spec("debian").id()).isNotEqualTo(spec("debian").id());
    }

    @Test
    void countsProcessorsInTheKernelsList() {
        assertThat(HostFacts.count("0-3,8,10-11")).isEqualTo(7);
    }

    @Test
    void aSecretIsNeverOnTheCommandLine() {
        ContainerSpec spec = spec(
                "--secret",
                "variable=FROM_HERE,env=TOKEN",
                "--secret",
                "source=db,key=password,target=/run/secrets/db",
                "debian");

        assertThat(spec.process().secrets())
                .containsExactly(Map.entry("TOKEN", new Secret.Value("yes".getBytes(StandardCharsets.UTF_8))));
        assertThat(spec.isolation().volumes())
                .containsExactly(new SecretVolume(new Secret.Reference("db", "password"), "/run/secrets/db"));
        assertThat(spec.toString()).doesNotContain("yes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TOKEN=value",
                "source=a",
                "env=A",
                "source=a,env=A,target=/b",
                "source=a,file=b,env=A",
                "variable=NOT_HERE,env=A",
                "file=/no/such,env=A",
                "source=,env=A"
            })
    void refusesASecretThatIsNotClear(String words) {
        assertThatThrownBy(() -> read("--secret", words, "debian"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("cannot use --secret");
    }

    @Test
    void readsDevicesAsDockerDoesAndWholeGpus() {
        ContainerSpec spec = spec(
                "--device", "/dev/fuse", "--device", "/dev/a:/dev/b", "--device", "/dev/c:r", "--gpus", "2", "debian");

        assertThat(spec.isolation().devices())
                .isEqualTo(new DeviceSpec(
                        List.of(
                                new Device(Path.of("/dev/fuse"), "/dev/fuse", "rwm"),
                                new Device(Path.of("/dev/a"), "/dev/b", "rwm"),
                                new Device(Path.of("/dev/c"), "/dev/c", "r")),
                        2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--device fuse",
                "--device /dev/a:/mnt/a",
                "--device /dev/a:/dev/../etc",
                "--device /dev/a:rr",
                "--gpus 0.5",
                "--gpus x",
                "--mount type=bind,source=/a,target=/b,propagation=rshared"
            })
    void refusesDevicesAndMountsThatCannotBe(String words) {
        String[] split = (words + " debian").split(" ", -1);

        assertThatThrownBy(() -> read(split)).isInstanceOf(UsageException.class);
    }
}
