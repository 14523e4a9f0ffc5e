package dev.coffer.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Extras;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.it.support.Specs;
import dev.coffer.testing.KernelTest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Capabilities by the operator's flags, limits and the score, as the kernel has them in the end. */
@KernelTest
class PrivilegesIT {
    private static HostileHost host;

    @BeforeAll
    static void openHost() throws IOException {
        host = new HostileHost(directories -> Map.of(
                "COFFER_EFFECTIVE_CAPABILITIES", "{\"capabilities\": [\"CHOWN\"]}",
                "MESOS_BOUNDING_CAPABILITIES", "{\"capabilities\": [\"CHOWN\", \"FOWNER\"]}"));
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    private static ContainerSpec asking(String script, String... capabilities) {
        return Specs.with(
                host.script(script),
                new SecuritySpec(Optional.of(Set.of(capabilities)), true, SeccompMode.DEFAULT_PROFILE, Map.of()));
    }

    @Test
    void givesTasksTheOperatorsSetAndKeepsThemWithinItsBound() throws Exception {
        ContainerSpec worker = Specs.as(
                host.script(""), Optional.of("worker"), true, "grep", "-E", "Cap(Eff|Bnd|Amb)", "/proc/self/status");

        assertThat(host.run(worker))
                .isEqualTo("CapEff:\t0000000000000001\nCapBnd:\t0000000000000009\nCapAmb:\t0000000000000001");
        assertThat(host.run(asking("grep CapBnd /proc/self/status", "ALL"))).isEqualTo("CapBnd:\t0000000000000009");
        assertThatThrownBy(() -> host.run(asking("true", "KILL")))
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot grant capability 'KILL': it is not in --bounding_capabilities");
    }

    @Test
    void raisesLimitsAndSetsTheScoreOfTheTask() throws Exception {
        SecuritySpec security = new SecuritySpec(
                        Optional.empty(),
                        true,
                        SeccompMode.DEFAULT_PROFILE,
                        Map.of("nofile", new Rlimit(100, 200), "RLIMIT_CORE", new Rlimit(0, 0)))
                .with(new Extras(Optional.empty(), OptionalInt.of(345)));

        // without SYS_RESOURCE of the agent the kernel lets a task lower the score again, so that is not looked at
        assertThat(host.run(Specs.with(
                        host.script("ulimit -n; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj"), security)))
                .isEqualTo("100\n200\n0\n345");
    }

    @Test
    void refusesMoreOpenFilesThanTheKernelAllowsAnybody() {
        SecuritySpec security = new SecuritySpec(
                Optional.empty(), true, SeccompMode.DEFAULT_PROFILE, Map.of("nofile", new Rlimit(1, 1L << 40)));

        assertThatThrownBy(() -> host.run(Specs.with(host.script("true"), security)))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("fs.nr_open");
    }
}
