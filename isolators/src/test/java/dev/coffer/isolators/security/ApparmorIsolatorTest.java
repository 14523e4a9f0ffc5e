package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Profiles;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.ApparmorProfile;
import dev.coffer.isolators.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApparmorIsolatorTest {
    @TempDir
    private Path directory;

    private List<LaunchStep> plan(Optional<String> operators, Optional<String> containers) throws IOException {
        Path file = Files.writeString(
                directory.resolve("profiles"), "web (enforce)\n/usr/bin/man (complain)\na b (c) (enforce)\n");
        SecuritySpec security = SecuritySpec.DEFAULT.with(new Profiles(Optional.empty(), containers));
        return new ApparmorIsolator(new LoadedProfiles(file), operators)
                .plan(Specs.DEFAULT.with(security).context());
    }

    @Test
    void confinesByTheProfileOfTheContainerOrElseOfTheOperator() throws IOException {
        assertThat(plan(Optional.of("web"), Optional.empty())).containsExactly(new ApparmorProfile("web"));
        assertThat(plan(Optional.of("web"), Optional.of("a b (c)"))).containsExactly(new ApparmorProfile("a b (c)"));
        assertThat(plan(Optional.of("web"), Optional.of("unconfined"))).isEmpty();
        assertThat(plan(Optional.empty(), Optional.empty())).isEmpty();
    }

    @Test
    void refusesAProfileThatIsNotLoaded() {
        assertThatThrownBy(() -> plan(Optional.empty(), Optional.of("absent")))
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot confine the task by AppArmor profile 'absent': it is not loaded;"
                        + " apparmor_parser -a FILE loads it, aa-status lists those that are");
        assertThatThrownBy(() -> plan(Optional.of("we"), Optional.empty())).isInstanceOf(IsolationException.class);
    }
}
