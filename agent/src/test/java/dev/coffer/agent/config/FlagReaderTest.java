package dev.coffer.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.flag.FlagValues;
import dev.coffer.isolators.IsolationFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagReaderTest {
    private static final FlagCatalog CATALOG = new FlagCatalog(Optional.empty());

    @TempDir
    private Path directory;

    private static FlagValues read(Map<String, String> given, Map<String, String> environment) {
        return FlagReader.read(CATALOG, given, environment);
    }

    @Test
    void takesTheCommandLineBeforeOurVariableBeforeThatOfMesos() {
        Map<String, String> environment =
                Map.of("COFFER_WORK_DIR", "/ours", "MESOS_WORK_DIR", "/theirs", "MESOS_RUNTIME_DIR", "/run/theirs");

        assertThat(read(Map.of("work_dir", "/given"), environment).get(HostFlags.WORK_DIR))
                .isEqualTo(Path.of("/given"));
        assertThat(read(Map.of(), environment).get(HostFlags.WORK_DIR)).isEqualTo(Path.of("/ours"));
        assertThat(read(Map.of(), environment).get(HostFlags.RUNTIME_DIR)).isEqualTo(Path.of("/run/theirs"));
    }

    @Test
    void leavesOutVariablesThatAreEmptyOrNoFlags() {
        FlagValues values = read(
                Map.of(), Map.of("COFFER_WORK_DIR", "", "MESOS_TASK_ID", "t1", "COFFER_DEBUG", "1", "HOME", "/root"));

        assertThat(values.names()).isEmpty();
        assertThat(values.isSet(HostFlags.WORK_DIR)).isFalse();
    }

    @Test
    void namesVariablesThatSomebodyMayBelieveToBeFlags() {
        assertThat(FlagReader.unknownVariables(
                        CATALOG, Map.of("COFFER_CGROUP_ROOT", "x", "COFFER_DEBUG", "1", "COFFER_XYZZY", "", "A", "b")))
                .isEqualTo(Map.of(
                        "COFFER_CGROUP_ROOT", Optional.of("COFFER_CGROUPS_ROOT"), "COFFER_XYZZY", Optional.empty()));
    }

    @Test
    void readsAValueFromAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("isolation"), "cgroups/cpu,cgroups/mem\n");

        assertThat(read(Map.of("isolation", "file://" + file), Map.of()).get(IsolationFlags.ISOLATION))
                .contains(List.of("cgroups/cpu", "cgroups/mem"));
        assertThatThrownBy(() -> read(Map.of("isolation", "file:///nosuch"), Map.of()))
                .hasMessage("cannot use --isolation 'file:///nosuch': expected the absolute path of a regular file of"
                        + " at most 16 MB after file://");
    }

    @Test
    void saysAllThatIsWrongAtOnce() {
        assertThatThrownBy(() -> read(Map.of("work_dir", "relative"), Map.of("MESOS_CGROUPS_ROOT", "a/b")))
                .hasMessageContaining("cannot use --work_dir 'relative': expected an absolute path")
                .hasMessageContaining("cannot use --cgroups_root 'a/b': expected one name of at most 128 letters");
    }

    @ParameterizedTest
    @CsvSource({
        "cgroup_root, did you mean --cgroups_root?",
        "isolations, did you mean --isolation?",
        "xyzzy, docs/flags.md lists all"
    })
    void refusesAFlagThatDoesNotExist(String name, String hint) {
        assertThatThrownBy(() -> read(Map.of(name, "x"), Map.of())).hasMessage("unknown flag --" + name + "; " + hint);
    }

    @Test
    void takesABooleanVariableByItsNegation() {
        FlagValues values = read(Map.of(), Map.of("COFFER_NO_DOCKER_IGNORE_RUNTIME", "1"));

        assertThat(values.names()).containsExactly("docker_ignore_runtime");
    }

    @Test
    void movesTheStoreWithTheWorkDirectory() {
        HostConfig config = HostConfig.of(Map.of("COFFER_WORK_DIR", "/srv/coffer"));

        assertThat(config.storeDirectory()).isEqualTo(Path.of("/srv/coffer/store/docker"));
        assertThat(config.cgroupsRoot()).isEqualTo("coffer");
        assertThat(HostConfig.of(Map.of("MESOS_DOCKER_STORE_DIR", "/images")).storeDirectory())
                .isEqualTo(Path.of("/images"));
    }

    @Test
    void refusesModulesThatOthersMayWrite() throws IOException {
        Files.setPosixFilePermissions(directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> new FlagCatalog(Optional.of(directory)).find("nosuch"))
                .hasMessageStartingWith("cannot use --modules_dir: " + directory + " can be written by others");
    }
}
