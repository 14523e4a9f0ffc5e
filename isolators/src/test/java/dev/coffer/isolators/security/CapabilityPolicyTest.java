package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchStep.CapabilitySets;
import dev.coffer.isolators.host.HostFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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

    private static CapabilityPolicy policy(FlagValues flags) throws IOException {
        Path root = Files.createTempDirectory("host");
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/self/status"), "CapEff:\t1ffffdfffff\nCapBnd:\t1ffffffffff\n");
        IsolatorSetting setting = new IsolatorSetting(flags, List.of("linux/capabilities"), root, root, root);
        CapabilitiesProvider provider = new CapabilitiesProvider(new HostFacts(root));
        assertThat(provider.create(setting)).isEmpty();
        return CapabilityPolicy.of(setting, new HostFacts(root));
    }

    private static FlagValues flags(String effective, String bounding) {
        FlagValues flags = FlagValues.DEFAULTS;
        flags = effective.isEmpty() ? flags : flags.withText(CapabilityFlags.EFFECTIVE, json(effective));
        return bounding.isEmpty() ? flags : flags.withText(CapabilityFlags.BOUNDING, json(bounding));
    }

    private static String json(String names) {
        return "{\"capabilities\": [" + (names.equals("-") ? "" : "\"" + names.replace(" ", "\",\"") + "\"") + "]}";
    }

    @Test
    void givesWhatTheOperatorSaysToTasksThatAskForNothing() throws IOException {
        long bits = 1 | 1L << 13;

        assertThat(policy(flags("CHOWN NET_RAW", "")).setsFor(SecuritySpec.DEFAULT, 1000))
                .isEqualTo(new CapabilitySets(bits, bits, bits, bits));
        assertThat(policy(flags("-", "")).setsFor(SecuritySpec.DEFAULT, 0)).isEqualTo(new CapabilitySets(0, 0, 0, 0));
        assertThat(policy(FlagValues.DEFAULTS.withText(CapabilityFlags.ALLOWED, json("CHOWN")))
                        .granted(SecuritySpec.DEFAULT))
                .isEqualTo(1);
        assertThat(policy(flags("ALL", "CHOWN FOWNER")).granted(SecuritySpec.DEFAULT))
                .isEqualTo(1 | 1 << 3);
    }

    @Test
    void keepsEveryTaskWithinTheBoundOfTheOperator() throws IOException {
        CapabilityPolicy policy = policy(flags("", "CHOWN NET_RAW"));

        assertThat(policy.setsFor(SecuritySpec.DEFAULT, 0)).isEqualTo(new CapabilitySets(1 | 1L << 13, 1, 0, 0));
        assertThat(policy.granted(capabilities("ALL"))).isEqualTo(1 | 1L << 13);
        assertThatThrownBy(() -> policy.granted(capabilities("CHOWN", "KILL")))
                .hasMessage("cannot grant capability 'KILL': it is not in --bounding_capabilities");
    }

    @Test
    void keepsATaskWithinItsOwnBound() throws IOException {
        CapabilityPolicy policy = policy(flags("", "CHOWN NET_RAW KILL"));
        SecuritySpec bounded = capabilities("CHOWN")
                .with(new SecuritySpec.Extras(Optional.of(Set.of("CHOWN", "KILL")), OptionalInt.empty()));

        assertThat(policy.setsFor(bounded, 1000)).isEqualTo(new CapabilitySets(1 | 1 << 5, 1, 1, 1));
        assertThatThrownBy(() -> policy.granted(capabilities("CHOWN")
                        .with(new SecuritySpec.Extras(Optional.of(Set.of("KILL")), OptionalInt.empty()))))
                .hasMessage("cannot grant capability 'CHOWN': it is not in the task's bounding set");
        assertThatThrownBy(() -> policy.granted(capabilities("CHOWN")
                        .with(new SecuritySpec.Extras(Optional.of(Set.of("CHOWN", "FOWNER")), OptionalInt.empty()))))
                .hasMessage("cannot grant capability 'FOWNER': it is not in --bounding_capabilities");
    }

    @Test
    void refusesToStartWithFlagsThatContradictOrNameWhatTheAgentLacks() {
        assertThatThrownBy(() -> policy(flags("CHOWN KILL", "CHOWN")))
                .hasMessage("cannot use --effective_capabilities with capability 'KILL': it is not in"
                        + " --bounding_capabilities");
        assertThatThrownBy(() -> policy(flags("SYS_ADMIN", "")))
                .hasMessageContaining("cannot grant capability 'SYS_ADMIN': this process does not have it");
        assertThatThrownBy(() -> policy(flags("CHOWN", "").withText(CapabilityFlags.ALLOWED, json("CHOWN"))))
                .hasMessageContaining("--allowed_capabilities with --effective_capabilities");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "CHOWN",
                "{\"capabilities\": \"CHOWN\"}",
                "{\"capabilities\": [1]}",
                "{\"capabilities\": [\"CHOWNED\"]}",
                "{\"capabilities\": [], \"more\": 1}",
                "{\"capabilities\": [], \"capabilities\": []}"
            })
    void refusesFlagsThatAreNoCapabilityInfo(String text) {
        assertThatThrownBy(() -> CapabilityFlags.EFFECTIVE.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot use --effective_capabilities '" + text + "': ");
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
