package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Extras;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.NoNewPrivileges;
import dev.coffer.isolation.LaunchStep.SessionKeyring;
import dev.coffer.isolation.LaunchStep.SetOomScoreAdj;
import dev.coffer.isolation.LaunchStep.SetRlimit;
import dev.coffer.isolators.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code linux/nnp}, {@code posix/rlimits} and {@code linux/keyring}. */
class ProcessLimitsTest {
    private static final AgentCapabilities AGENT = new AgentCapabilities((1L << 41) - 1);
    private static final AgentCapabilities NOBODY = new AgentCapabilities(0);

    private static Specs security(boolean noNewPrivileges, Map<String, Rlimit> rlimits) {
        return Specs.DEFAULT.with(
                new SecuritySpec(Optional.empty(), noNewPrivileges, SeccompMode.DEFAULT_PROFILE, rlimits));
    }

    private static List<LaunchStep> rlimits(Map<String, Rlimit> rlimits) {
        return rlimits(AGENT, rlimits);
    }

    private static List<LaunchStep> rlimits(AgentCapabilities agent, Map<String, Rlimit> rlimits) {
        AgentLimits limits = new AgentLimits(Collections.nCopies(16, -1L), -1);
        return isolator(agent, limits).plan(security(true, rlimits).context());
    }

    private static RlimitsIsolator isolator(AgentCapabilities agent, AgentLimits limits) {
        return new RlimitsIsolator(agent, () -> limits);
    }

    @Test
    void refusesToRaiseWhatTheAgentMayNotNamingTheCapability() {
        AgentLimits limits = new AgentLimits(Collections.nCopies(16, 100L), 1000);
        Specs raised = security(true, Map.of("nproc", new Rlimit(50, 101)));

        assertThatThrownBy(() -> isolator(NOBODY, limits).plan(raised.context()))
                .hasMessage("cannot set rlimit 'nproc' to 101: this process has a hard limit of 100 and lacks"
                        + " capability 'SYS_RESOURCE' to raise it");
        assertThat(isolator(AGENT, limits).plan(raised.context())).hasSize(1);
        assertThat(isolator(NOBODY, limits)
                        .plan(security(true, Map.of("nproc", new Rlimit(1, 100)))
                                .context()))
                .hasSize(1);
        assertThatThrownBy(() -> isolator(NOBODY, limits)
                        .plan(security(true, Map.of("nproc", new Rlimit(1, -1))).context()))
                .hasMessageContaining("to unlimited");
    }

    @Test
    void refusesMoreOpenFilesThanTheKernelAllowsAnybody() {
        AgentLimits limits = new AgentLimits(Collections.nCopies(16, 100L), 1000);

        assertThatThrownBy(() -> isolator(AGENT, limits)
                        .plan(security(true, Map.of("nofile", new Rlimit(1, 1001)))
                                .context()))
                .hasMessageContaining("nobody more than 1000");
    }

    @Test
    void takesTheNamesOfTheKernelAndOfMesosToo() {
        assertThat(rlimits(Map.of("RLMT_NOFILE", new Rlimit(1, 2)))).containsExactly(new SetRlimit(7, 1, 2));
        assertThat(rlimits(Map.of("RLIMIT_CORE", new Rlimit(1, 2)))).containsExactly(new SetRlimit(4, 1, 2));
    }

    @Test
    void setsTheScoreAndRefusesToLowerItWithoutTheCapability() {
        AgentLimits limits = new AgentLimits(Collections.nCopies(16, -1L), 1000);
        SecuritySpec lower = SecuritySpec.DEFAULT.with(new Extras(Optional.empty(), OptionalInt.of(-1)));
        SecuritySpec higher = SecuritySpec.DEFAULT.with(new Extras(Optional.empty(), OptionalInt.of(1000)));

        assertThat(isolator(AGENT, limits).plan(Specs.DEFAULT.with(lower).context()))
                .containsExactly(new SetOomScoreAdj(-1));
        assertThat(isolator(NOBODY, limits).plan(Specs.DEFAULT.with(higher).context()))
                .containsExactly(new SetOomScoreAdj(1000));
        assertThatThrownBy(() ->
                        isolator(NOBODY, limits).plan(Specs.DEFAULT.with(lower).context()))
                .hasMessageContaining("capability 'SYS_RESOURCE'");
        assertThatThrownBy(() -> new Extras(Optional.empty(), OptionalInt.of(1001)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsTheLimitsOfThisProcess() throws IOException {
        String text = Files.readString(Path.of("/proc/self/limits"));

        assertThat(AgentLimits.parse(text, "1048576\n").hard()).hasSize(16);
        assertThat(AgentLimits.parse(
                                text.replaceAll(
                                        "(?m)^(Max open files .{11}).*$",
                                        "Max open files            1024                 4096                 files     "),
                                "7")
                        .hard()
                        .get(7))
                .isEqualTo(4096);
        assertThatThrownBy(() -> AgentLimits.parse("", "7")).hasMessageContaining("Max cpu time");
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
    @ValueSource(strings = {"files", "", "RLIMIT_", "nofile "})
    void namesAnUnknownLimitAndTheKnownOnes(String name) {
        assertThatThrownBy(() -> rlimits(Map.of(name, new Rlimit(1, 1))))
                .hasMessageStartingWith("cannot set rlimit '" + name + "': no such limit; use one of cpu, fsize")
                .extracting(e -> ((ContainerException) e).fault())
                .isEqualTo(Fault.USER_SPEC);
    }
}
