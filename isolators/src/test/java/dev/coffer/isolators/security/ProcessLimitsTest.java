package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.NoNewPrivileges;
import dev.coffer.isolation.LaunchStep.SessionKeyring;
import dev.coffer.isolation.LaunchStep.SetRlimit;
import dev.coffer.isolators.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code linux/nnp}, {@code posix/rlimits} and {@code linux/keyring}. */
class ProcessLimitsTest {
    private static Specs security(boolean noNewPrivileges, Map<String, Rlimit> rlimits) {
        return Specs.DEFAULT.with(
                new SecuritySpec(Optional.empty(), noNewPrivileges, SeccompMode.DEFAULT_PROFILE, rlimits));
    }

    private static List<LaunchStep> rlimits(Map<String, Rlimit> rlimits) {
        return new RlimitsIsolator().plan(security(true, rlimits).context());
    }

    @Test
    void forbidsNewPrivilegesUnlessToldOtherwise() {
        assertThat(new NoNewPrivilegesIsolator().plan(Specs.DEFAULT.context())).containsExactly(new NoNewPrivileges());
        assertThat(new NoNewPrivilegesIsolator().plan(security(false, Map.of()).context()))
                .isEmpty();
    }

    @Test
    void joinsAFreshKeyring() {
        assertThat(new SessionKeyringIsolator().plan(Specs.DEFAULT.context())).containsExactly(new SessionKeyring());
    }

    @Test
    void setsRlimitsByTheKernelsNumbersInTheOrderAskedFor() {
        Map<String, Rlimit> limits = new LinkedHashMap<>();
        limits.put("rttime", new Rlimit(1, 2));
        limits.put("nofile", new Rlimit(1024, -1));
        limits.put("cpu", new Rlimit(0, 0));

        assertThat(rlimits(limits))
                .containsExactly(new SetRlimit(15, 1, 2), new SetRlimit(7, 1024, -1), new SetRlimit(0, 0, 0));
        assertThat(rlimits(Map.of())).isEmpty();
    }

    @Test
    void knowsEveryLimitTheKernelReports() throws IOException {
        long reported = Files.readAllLines(Path.of("/proc/self/limits")).size() - 1L;
        List<String> names = List.of(
                "cpu",
                "fsize",
                "data",
                "stack",
                "core",
                "rss",
                "nproc",
                "nofile",
                "memlock",
                "as",
                "locks",
                "sigpending",
                "msgqueue",
                "nice",
                "rtprio",
                "rttime");

        assertThat(names).hasSize((int) reported);
        for (int number = 0; number < names.size(); number++) {
            assertThat(rlimits(Map.of(names.get(number), new Rlimit(1, 1))))
                    .containsExactly(new SetRlimit(number, 1, 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "", "RLIMIT_NOFILE", "nofile "})
    void namesAnUnknownLimitAndTheKnownOnes(String name) {
        assertThatThrownBy(() -> rlimits(Map.of(name, new Rlimit(1, 1))))
                .hasMessageStartingWith("cannot set rlimit '" + name + "': no such limit; use one of cpu, fsize")
                .extracting(e -> ((ContainerException) e).fault())
                .isEqualTo(Fault.USER_SPEC);
    }
}
