package dev.coffer.isolators.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.linux.seccomp.ArgumentTest;
import dev.coffer.linux.seccomp.ArgumentTest.Comparison;
import dev.coffer.linux.seccomp.FilterAction;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterPolicy;
import dev.coffer.linux.seccomp.FilterRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeccompProfileParserTest {
    private static SeccompProfile profile(String syscalls) {
        return parse("{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38, 'syscalls': [" + syscalls + "]}");
    }

    private static SeccompProfile parse(String json) {
        return SeccompProfileParser.parse(json.replace('\'', '"').getBytes(UTF_8));
    }

    private static FilterPolicy resolve(String syscalls, Capability... capabilities) {
        long bits = 0;
        for (Capability capability : capabilities) {
            bits |= capability.bit();
        }
        return profile(syscalls).resolve(bits, FilterArchitecture.X86_64);
    }

    private static FilterRule always(String name, FilterAction action) {
        return new FilterRule(name, action, List.of());
    }

    @Test
    void readsActionsAndNames() {
        FilterPolicy policy = resolve("{'names': ['a', 'b'], 'action': 'SCMP_ACT_ALLOW', 'comment': 'x'},"
                + "{'names': ['c'], 'action': 'SCMP_ACT_ERRNO'},"
                + "{'names': ['d'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 97}");

        assertThat(policy)
                .isEqualTo(new FilterPolicy(
                        FilterAction.errno(38),
                        FilterAction.KILL_PROCESS,
                        List.of(
                                always("a", FilterAction.ALLOW),
                                always("b", FilterAction.ALLOW),
                                always("c", FilterAction.errno(1)),
                                always("d", FilterAction.errno(97)))));
    }

    @Test
    void readsUnsigned64BitArguments() {
        FilterPolicy policy = resolve("{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': ["
                + "{'index': 0, 'value': 18446744073709551615, 'op': 'SCMP_CMP_GE'},"
                + "{'index': 5, 'value': 240, 'valueTwo': 16, 'op': 'SCMP_CMP_MASKED_EQ'}]}");

        assertThat(policy.rules())
                .containsExactly(new FilterRule(
                        "a",
                        FilterAction.ALLOW,
                        List.of(
                                new ArgumentTest(0, Comparison.GREATER_OR_EQUAL, -1, 0),
                                new ArgumentTest(5, Comparison.MASKED_EQUAL, 16, 240))));
    }

    @Test
    void turnsAMaskedInequalityIntoOneRulePerBit() {
        FilterPolicy policy = resolve("{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': ["
                + "{'index': 1, 'value': 5, 'valueTwo': 1, 'op': 'COFFER_CMP_MASKED_NE'}]}");

        assertThat(policy.rules())
                .containsExactly(
                        new FilterRule(
                                "a", FilterAction.ALLOW, List.of(new ArgumentTest(1, Comparison.MASKED_EQUAL, 0, 1))),
                        new FilterRule(
                                "a", FilterAction.ALLOW, List.of(new ArgumentTest(1, Comparison.MASKED_EQUAL, 4, 4))));
    }

    @Test
    void appliesAnEntryByCapability() {
        String entries = "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'caps': ['CAP_BPF', 'SYS_ADMIN']}},"
                + "{'names': ['b'], 'action': 'SCMP_ACT_ALLOW', 'excludes': {'caps': ['CAP_BPF', 'SYS_ADMIN']}}";
        FilterRule a = always("a", FilterAction.ALLOW);
        FilterRule b = always("b", FilterAction.ALLOW);

        assertThat(resolve(entries).rules()).containsExactly(b);
        assertThat(resolve(entries, Capability.BPF).rules()).isEmpty();
        assertThat(resolve(entries, Capability.BPF, Capability.SYS_ADMIN).rules())
                .containsExactly(a);
    }

    @Test
    void appliesAnEntryByArchitecture() {
        SeccompProfile profile =
                profile("{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'arches': ['arm64']}},"
                        + "{'names': ['b'], 'action': 'SCMP_ACT_ALLOW', 'excludes': {'arches': ['arm64']}}");

        assertThat(profile.resolve(0, FilterArchitecture.AARCH64).rules())
                .containsExactly(always("a", FilterAction.ALLOW));
        assertThat(profile.resolve(0, FilterArchitecture.X86_64).rules())
                .containsExactly(always("b", FilterAction.ALLOW));
    }

    @Test
    void letsTheFirstUnconditionalEntrySettleACall() {
        String conditional =
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'op': 'SCMP_CMP_EQ'}]}";

        assertThat(resolve("{'names': ['a'], 'action': 'SCMP_ACT_ALLOW'}," + conditional
                                + ",{'names': ['a'], 'action': 'SCMP_ACT_ERRNO'}")
                        .rules())
                .containsExactly(always("a", FilterAction.ALLOW));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'names': [], 'action': 'SCMP_ACT_ALLOW'} | profile.syscalls[0].names: must not be empty",
                "{'names': 'a', 'action': 'SCMP_ACT_ALLOW'} | profile.syscalls[0].names: must be a list",
                "{'names': [1], 'action': 'SCMP_ACT_ALLOW'} | profile.syscalls[0].names: must be a list of names",
                "{'names': ['a'], 'action': 'ALLOW'} | profile.syscalls[0].action: unknown action 'ALLOW'",
                "{'names': ['a']} | profile.syscalls[0].action: must be a string",
                "{'names': ['a'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 4096} | errnoRet: must be 0 to 4095, was"
                        + " 4096",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'arg': []} | profile.syscalls[0].arg: not understood"
                        + " here",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'minKernel': '4.8'}} | minKernel: not"
                        + " understood",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'caps': ['X']}} | unknown capability 'X'",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'arches': ['X']}} | unknown architecture"
                        + " 'X'",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 6, 'op': 'SCMP_CMP_EQ'}]} | must be 0"
                        + " to 5",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'op': 'SCMP_CMP_EQ'}]} | args[0].index: must"
                        + " be 0",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'op': 'EQ'}]} | unknown operator"
                        + " 'EQ'",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'value': -1, 'op':"
                        + " 'SCMP_CMP_EQ'}]} | 2^64",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'value': 1.5, 'op':"
                        + " 'SCMP_CMP_EQ'}]} | 2^64",
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'op': 'COFFER_CMP_MASKED_NE'}]} |"
                        + " mask",
                "3 | profile.syscalls[0]: must be an object"
            })
    void namesTheElementThatIsWrong(String entry, String message) {
        assertThatThrownBy(() -> profile(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesTwoTestsOfOneArgument() {
        String test = "{'index': 0, 'value': 1, 'op': 'SCMP_CMP_EQ'}";

        assertThatThrownBy(() ->
                        profile("{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': [" + test + "," + test + "]}"))
                .hasMessageContaining("profile.syscalls[0].args[1].index: an argument can be tested once");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | not a JSON object",
                "{ | not a JSON object",
                "{'syscalls': []} | profile.defaultAction: must be a string",
                "{'defaultAction': 'SCMP_ACT_ALLOW', 'defaultAction': 'SCMP_ACT_LOG'} | not a JSON object",
                "{'defaultAction': 'SCMP_ACT_ALLOW', 'syscals': []} | profile.syscals: not understood here"
            })
    void refusesADocumentThatIsNotAProfile(String json, String message) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
