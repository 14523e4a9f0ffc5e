package dev.coffer.isolators.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.isolation.LaunchStep.SeccompListener;
import dev.coffer.isolators.security.SeccompProfile.Installation;
import dev.coffer.isolators.security.SeccompProfile.Target;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.seccomp.ArgumentTest;
import dev.coffer.linux.seccomp.ArgumentTest.Comparison;
import dev.coffer.linux.seccomp.FilterAction;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterCompiler;
import dev.coffer.linux.seccomp.FilterPolicy;
import dev.coffer.linux.seccomp.FilterRule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        return resolve(profile(syscalls), bits, FilterArchitecture.X86_64);
    }

    private static FilterPolicy resolve(SeccompProfile profile, long capabilities, FilterArchitecture architecture) {
        return profile.resolve(new Target(capabilities, architecture, new KernelRelease(6, 1)));
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

        assertThat(resolve(profile, 0, FilterArchitecture.AARCH64).rules())
                .containsExactly(always("a", FilterAction.ALLOW));
        assertThat(resolve(profile, 0, FilterArchitecture.X86_64).rules())
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
                "{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'minKernel': '4'}} | minKernel: '4' is no"
                        + " kernel release",
                "{'names': ['a'], 'name': 'b', 'action': 'SCMP_ACT_ALLOW'} | profile.syscalls[0].name: must not stand"
                        + " beside names",
                "{'names': ['a'], 'action': 'SCMP_ACT_TRACE', 'errnoRet': 65536} | errnoRet: must be 0 to 65535",
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
    void takesTestsOfOneArgumentForAlternatives() {
        FilterPolicy policy = resolve("{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'args': ["
                + "{'index': 0, 'value': 1, 'op': 'SCMP_CMP_EQ'}, {'index': 0, 'value': 2, 'op': 'SCMP_CMP_EQ'}]}");

        assertThat(policy.rules())
                .extracting(FilterRule::tests)
                .containsExactly(
                        List.of(new ArgumentTest(0, Comparison.EQUAL, 1, 0)),
                        List.of(new ArgumentTest(0, Comparison.EQUAL, 2, 0)));
    }

    @Test
    void appliesAnEntryByKernel() {
        assertThat(resolve("{'names': ['a'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'minKernel': '6.1'}},"
                                + "{'names': ['b'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'minKernel': '6.2'}},"
                                + "{'names': ['c'], 'action': 'SCMP_ACT_ALLOW', 'excludes': {'minKernel': '4.8'}},"
                                + "{'names': ['d'], 'action': 'SCMP_ACT_ALLOW', 'excludes': {'minKernel': '10.0'}}")
                        .rules())
                .containsExactly(always("a", FilterAction.ALLOW), always("d", FilterAction.ALLOW));
    }

    @Test
    void readsEveryAction() {
        Map<String, FilterAction> actions = Map.of(
                "SCMP_ACT_ALLOW", FilterAction.ALLOW,
                "SCMP_ACT_LOG", FilterAction.LOG,
                "SCMP_ACT_TRAP", FilterAction.TRAP,
                "SCMP_ACT_KILL", FilterAction.KILL_THREAD,
                "SCMP_ACT_KILL_THREAD", FilterAction.KILL_THREAD,
                "SCMP_ACT_KILL_PROCESS", FilterAction.KILL_PROCESS,
                "SCMP_ACT_NOTIFY", FilterAction.NOTIFY,
                "SCMP_ACT_TRACE", FilterAction.trace(7),
                "SCMP_ACT_ERRNO", FilterAction.errno(7));

        actions.forEach((name, action) -> assertThat(resolve(
                                parse("{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38,"
                                        + " 'listenerPath': '/run/answers', 'syscalls': [{'name': 'a', 'action': '"
                                        + name + "', 'errnoRet': 7, 'args': null}]}"),
                                0,
                                FilterArchitecture.X86_64)
                        .rules())
                .containsExactly(always("a", action)));
    }

    @Test
    void readsWhichEntriesOfTheKernelAreMeantAndKeepsOthersClosed() {
        SeccompProfile profile = parse("{'defaultAction': 'SCMP_ACT_ALLOW', 'architectures': ['SCMP_ARCH_X86'],"
                + "'archMap': [{'architecture': 'SCMP_ARCH_X86_64', 'subArchitectures': ['SCMP_ARCH_X86', 'SCMP_ARCH_X32']},"
                + "{'architecture': 'SCMP_ARCH_S390X', 'subArchitectures': null}], 'syscalls': null}");

        assertThat(resolve(profile, 0, FilterArchitecture.X86_64).foreignArchitecture())
                .isEqualTo(FilterAction.KILL_PROCESS);
        assertThatThrownBy(() -> parse("{'defaultAction': 'SCMP_ACT_ALLOW', 'archMap': [{'architecture': 'X'}]}"))
                .hasMessageContaining("profile.archMap[0].architecture: unknown architecture 'X'");
    }

    private static SeccompProfile notifying(String others) {
        return parse(
                "{'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': ['mkdir'], 'action': 'SCMP_ACT_NOTIFY'}]"
                        + others + "}");
    }

    @Test
    void readsFlagsAndWhoAnswers() {
        String flags = ", 'flags': ['SECCOMP_FILTER_FLAG_TSYNC', 'SECCOMP_FILTER_FLAG_LOG',"
                + " 'SECCOMP_FILTER_FLAG_SPEC_ALLOW', 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV']";

        assertThat(notifying(flags + ", 'listenerPath': '/run/a', 'listenerMetadata': 'm'")
                        .installation())
                .isEqualTo(new Installation(2 | 4 | 32, Optional.of(new SeccompListener(Path.of("/run/a"), "m"))));
        assertThat(parse("{'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': '/unused'" + flags + "}")
                        .installation())
                .isEqualTo(new Installation(2 | 4, Optional.empty()));
        assertThatThrownBy(() -> parse("{'defaultAction': 'SCMP_ACT_ALLOW', 'flags': ['SECCOMP_FILTER_FLAG_NEW']}"))
                .hasMessageContaining("profile.flags: 'SECCOMP_FILTER_FLAG_NEW' is not known");
    }

    @Test
    void refusesToNotifyNobodyOrBeforeAnybodyCanAnswer() {
        assertThatThrownBy(() -> notifying("")).hasMessageContaining("profile.listenerPath: must be set");
        assertThatThrownBy(() -> notifying(", 'listenerPath': 'relative'"))
                .hasMessageContaining("profile.listenerPath: must be an absolute path");
        assertThatThrownBy(() -> parse("{'defaultAction': 'SCMP_ACT_NOTIFY', 'listenerPath': '/a'}"))
                .hasMessageContaining("profile.defaultAction: SCMP_ACT_NOTIFY");
        assertThatThrownBy(() -> parse("{'defaultAction': 'SCMP_ACT_ALLOW', 'listenerPath': '/a', 'syscalls': ["
                        + "{'names': ['sendmsg'], 'action': 'SCMP_ACT_NOTIFY'}]}"))
                .hasMessageContaining("sendmsg");
    }

    @Test
    void deniesNewerCallsAsIfTheyDidNotExist() {
        FilterPolicy policy = resolve(
                parse("{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'names': ['read', 'write', 'openat2'],"
                        + " 'action': 'SCMP_ACT_ALLOW'}]}"),
                0,
                FilterArchitecture.X86_64);
        BpfInterpreter filter = new BpfInterpreter(compiled(policy));
        int token = FilterArchitecture.X86_64.token();
        int noSuchCall = FilterAction.errno(38).code();

        assertThat(filter.run(token, 0)).isEqualTo(FilterAction.ALLOW.code());
        assertThat(filter.run(token, 437)).isEqualTo(FilterAction.ALLOW.code());
        assertThat(filter.run(token, 2))
                .as("open")
                .isEqualTo(FilterAction.errno(1).code());
        assertThat(filter.run(token, 435)).as("clone3").isEqualTo(noSuchCall);
        assertThat(filter.run(token, 438)).as("pidfd_getfd").isEqualTo(noSuchCall);
        assertThat(filter.run(token, 0x4000_0001)).as("x32").isEqualTo(FilterAction.KILL_PROCESS.code());
        assertThat(filter.run(0x4000_0003, 438)).as("i386").isEqualTo(FilterAction.KILL_PROCESS.code());
    }

    private static List<Long> compiled(FilterPolicy policy) {
        try {
            return FilterCompiler.installed().orElseThrow().compile(policy, FilterArchitecture.X86_64);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
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
