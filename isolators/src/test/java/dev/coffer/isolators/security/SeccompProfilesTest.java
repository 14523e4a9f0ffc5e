package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.linux.seccomp.FilterAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeccompProfilesTest {
    @TempDir
    Path directory;

    private SeccompProfiles profiles(String unasked) {
        return new SeccompProfiles(Optional.of(directory), Optional.of(unasked).filter(name -> !name.isEmpty()));
    }

    @Test
    void givesAContainerTheProfileItNamesAndOthersTheOperators() throws IOException {
        Files.writeString(directory.resolve("log.json"), "{\"defaultAction\": \"SCMP_ACT_LOG\"}");
        Files.writeString(directory.resolve("trap.json"), "{\"defaultAction\": \"SCMP_ACT_TRAP\"}");
        SeccompProfiles profiles = profiles("log.json");

        assertThat(profiles.find(Optional.empty()).profile().get().otherwise()).isEqualTo(FilterAction.LOG);
        assertThat(profiles.find(Optional.of("trap.json")).profile().get().otherwise())
                .isEqualTo(FilterAction.TRAP);
        assertThat(profiles("").find(Optional.empty()).digest()).isEqualTo(SeccompProfiles.BUILT_IN_DIGEST);
    }

    @Test
    void tellsProfilesApartByWhatIsInThem() throws IOException {
        Files.writeString(directory.resolve("a"), "{\"defaultAction\": \"SCMP_ACT_LOG\"}");
        SeccompProfiles profiles = profiles("");
        String before = profiles.find(Optional.of("a")).digest();
        Files.writeString(directory.resolve("a"), "{\"defaultAction\": \"SCMP_ACT_TRAP\"}");

        assertThat(profiles.find(Optional.of("a")).digest()).isNotEqualTo(before);
    }

    @Test
    void refusesToStartWithAProfileThatIsWrong() throws IOException {
        Files.writeString(directory.resolve("a"), "{\"defaultAction\": \"NO\"}");

        assertThatThrownBy(() -> profiles("a"))
                .isInstanceOfSatisfying(
                        IsolationException.class, e -> assertThat(e.fault()).isEqualTo(Fault.HOST_SETUP))
                .hasMessage("cannot use seccomp profile " + directory.resolve("a")
                        + ": profile.defaultAction: unknown action 'NO'");
        assertThatThrownBy(() -> profiles("absent")).hasMessageContaining("absent: no such file");
        assertThatThrownBy(() -> new SeccompProfiles(Optional.empty(), Optional.of("a")))
                .hasMessageContaining("set --seccomp_config_dir");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "/etc/passwd", "a/../../b", "", ".", "a//b", "a\0"})
    void keepsToItsDirectory(String name) {
        assertThatThrownBy(() -> profiles("").find(Optional.of(name)))
                .isInstanceOfSatisfying(
                        IsolationException.class, e -> assertThat(e.fault()).isEqualTo(Fault.USER_SPEC));
    }
}
