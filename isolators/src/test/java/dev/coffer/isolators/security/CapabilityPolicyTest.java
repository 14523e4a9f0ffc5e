package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.isolation.LaunchStep.CapabilitySets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CapabilityPolicyTest {
    private static final long ALL = (1L << 41) - 1;
    private static final long DEFAULT = 0x8004_05fbL;
    private static final CapabilityPolicy POLICY = new CapabilityPolicy(new AgentCapabilities(ALL));

    private static SecuritySpec capabilities(String... names) {
        return new SecuritySpec(Optional.of(Set.of(names)), true, SeccompMode.DEFAULT_PROFILE, Map.of());
    }

    @Test
    void numbersCapabilitiesAsTheKernelDoes() throws IOException {
        assertThat(Capability.NET_BIND_SERVICE.bit()).isEqualTo(1L << 10);
        assertThat(Capability.SYS_ADMIN.bit()).isEqualTo(1L << 21);
        assertThat(Capability.SETFCAP.bit()).isEqualTo(1L << 31);
        assertThat(Capability.CHECKPOINT_RESTORE.bit()).isEqualTo(1L << 40);
        assertThat(Arrays.stream(Capability.values()).mapToLong(Capability::bit).sum())
                .isEqualTo(ALL);
        int last = Integer.parseInt(
                Files.readString(Path.of("/proc/sys/kernel/cap_last_cap")).strip());
        assertThat(Capability.values()).hasSizeGreaterThanOrEqualTo(last + 1);
    }

    @Test
    void givesRootTheDefaultSetAndNothingInheritable() {
        assertThat(POLICY.setsFor(SecuritySpec.DEFAULT, 0)).isEqualTo(new CapabilitySets(DEFAULT, DEFAULT, 0, 0));
    }

    @Test
    void givesOthersOnlyTheBoundOfTheDefaultSet() {
        assertThat(POLICY.setsFor(SecuritySpec.DEFAULT, 1000)).isEqualTo(new CapabilitySets(DEFAULT, 0, 0, 0));
        assertThat(POLICY.setsFor(SecuritySpec.DEFAULT, -2)).isEqualTo(new CapabilitySets(DEFAULT, 0, 0, 0));
    }

    @Test
    void givesOthersWhatTheyAskForAsAmbient() {
        long bits = 1L << 10 | 1L << 13;

        assertThat(POLICY.setsFor(capabilities("CAP_NET_RAW", "net_bind_service"), 1000))
                .isEqualTo(new CapabilitySets(bits, bits, bits, bits));
        assertThat(POLICY.setsFor(capabilities("CAP_NET_RAW", "net_bind_service"), 0))
                .isEqualTo(new CapabilitySets(bits, bits, 0, 0));
    }

    @Test
    void givesNothingForAnEmptySet() {
        assertThat(POLICY.setsFor(capabilities(), 0)).isEqualTo(new CapabilitySets(0, 0, 0, 0));
    }

    @Test
    void givesAllThatTheAgentHas() {
        assertThat(POLICY.granted(capabilities("ALL"))).isEqualTo(ALL);
        assertThat(new CapabilityPolicy(new AgentCapabilities(1L << 63 | 5)).granted(capabilities("all")))
                .isEqualTo(5);
    }

    @Test
    void leavesOutOfTheDefaultWhatTheAgentLacks() {
        assertThat(new CapabilityPolicy(new AgentCapabilities(1)).granted(SecuritySpec.DEFAULT))
                .isEqualTo(1);
    }

    @Test
    void refusesByNameWhatTheAgentLacks() {
        CapabilityPolicy policy = new CapabilityPolicy(new AgentCapabilities(ALL & ~(1L << 21)));

        assertThatThrownBy(() -> policy.granted(capabilities("CHOWN", "CAP_SYS_ADMIN")))
                .hasMessage("cannot grant capability 'SYS_ADMIN': this process does not have it itself; run it as root"
                        + " with a full capability set")
                .extracting(e -> ((ContainerException) e).fault())
                .isEqualTo(Fault.HOST_SETUP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ROOT", "", "CAP_", "CAP_CAP_CHOWN", "CAP_ALL", "CHOWN "})
    void refusesUnknownNames(String name) {
        assertThatThrownBy(() -> POLICY.granted(capabilities(name)))
                .hasMessageStartingWith("cannot grant capability '" + name + "': no such capability")
                .extracting(e -> ((ContainerException) e).fault())
                .isEqualTo(Fault.USER_SPEC);
    }

    @Test
    void countsOnlyWhatIsEffectiveAndInTheBoundingSet() {
        String status = """
            Name:\tx
            CapInh:\tffff
            CapPrm:\tffff
            CapEff:\t00000000000000ff
            CapBnd:\t000001ffffffff0f
            """;
        assertThat(AgentCapabilities.parse(status)).isEqualTo(new AgentCapabilities(0x0f));
        assertThatThrownBy(() -> AgentCapabilities.parse("CapEff:\t0\n")).hasMessageContaining("CapBnd");
        assertThat(AgentCapabilities.ofThisProcess()).isNotNull();
    }
}
