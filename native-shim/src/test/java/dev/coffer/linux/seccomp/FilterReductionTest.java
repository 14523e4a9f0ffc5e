package dev.coffer.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.seccomp.ArgumentTest.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterReductionTest {
    private static final FilterArchitecture HERE = FilterArchitecture.X86_64;
    private static final int X86 = 0x4000_0003;
    private static final int X32 = 0x4000_0000;
    private static final List<String> ALLOWED = List.of(
            "read",
            "write",
            "open",
            "close",
            "stat",
            "fstat",
            "lstat",
            "poll",
            "lseek",
            "mmap",
            "mprotect",
            "munmap",
            "brk",
            "rt_sigaction",
            "rt_sigprocmask",
            "pread64",
            "pwrite64",
            "readv",
            "writev",
            "access",
            "pipe",
            "select",
            "sched_yield",
            "getpid",
            "fork",
            "vfork",
            "execve",
            "exit",
            "wait4",
            "kill",
            "uname",
            "openat",
            "mkdirat",
            "statx",
            "rseq",
            "close_range",
            "openat2",
            "faccessat2");

    private static FilterPolicy policy(Optional<FilterPolicy.NewerCalls> newer) {
        List<FilterRule> rules = new ArrayList<>();
        ALLOWED.forEach(name -> rules.add(new FilterRule(name, FilterAction.ALLOW, List.of())));
        rules.add(new FilterRule("ptrace", FilterAction.errno(38), List.of()));
        rules.add(new FilterRule("bpf", FilterAction.KILL_PROCESS, List.of()));
        rules.add(new FilterRule(
                "personality", FilterAction.ALLOW, List.of(new ArgumentTest(0, Comparison.EQUAL, 0x1_0000_0008L, 0))));
        rules.add(new FilterRule(
                "clone", FilterAction.ALLOW, List.of(new ArgumentTest(0, Comparison.MASKED_EQUAL, 0, 0x7e02_0000L))));
        rules.add(new FilterRule(
                "socket",
                FilterAction.ALLOW,
                List.of(
                        new ArgumentTest(0, Comparison.LESS_OR_EQUAL, 40, 0),
                        new ArgumentTest(1, Comparison.NOT_EQUAL, 3, 0))));
        return new FilterPolicy(FilterAction.errno(1), FilterAction.KILL_PROCESS, rules, newer);
    }

    private static List<Long> compiled(FilterPolicy policy) throws ErrnoException {
        return ((LibSeccomp) FilterCompiler.installed().orElseThrow()).unreduced(policy, HERE);
    }

    @Test
    void answersEveryCallAsBefore() throws ErrnoException {
        assertSame(compiled(policy(Optional.empty())));
    }

    @Test
    void answersEveryCallAsBeforeAlsoWhereNewerCallsAreToldApart() throws ErrnoException {
        Set<String> known = Set.copyOf(ALLOWED);
        assertSame(compiled(policy(Optional.of(new FilterPolicy.NewerCalls(known, FilterAction.errno(38))))));
    }

    private static void assertSame(List<Long> whole) {
        List<Long> reduced = FilterReduction.of(whole, HERE);
        assertThat(reduced.size()).isLessThanOrEqualTo(whole.size());
        Random random = new Random(7);
        for (int number = 0; number < 600; number++) {
            assertSame(whole, reduced, number, random);
            assertSame(whole, reduced, X32 | number, random);
        }
        for (int number : new int[] {-1, -2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertSame(whole, reduced, number, random);
        }
    }

    private static void assertSame(List<Long> whole, List<Long> reduced, int number, Random random) {
        long[] likely = {0, 8, 0x1_0000_0008L, 3, 40, 41, 0x7e02_0000L, 17, -1};
        for (int round = 0; round < 40; round++) {
            long[] arguments = new long[6];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = round % 4 == 0 ? random.nextLong() : likely[random.nextInt(likely.length)];
            }
            for (int architecture : new int[] {HERE.token(), X86, FilterArchitecture.AARCH64.token(), 0, number}) {
                assertThat(run(reduced, number, architecture, arguments))
                        .as("call %x of architecture %x", number, architecture)
                        .isEqualTo(run(whole, number, architecture, arguments));
            }
        }
    }

    @Test
    void leavesAProgramAloneThatItDoesNotUnderstand() {
        List<Long> tax = List.of(Bpf.instruction(0x07, 0, 0, 0), Bpf.instruction(Bpf.RETURN, 0, 0, 0));

        assertThat(FilterReduction.of(tax, HERE)).isSameAs(tax);
    }

    @Test
    void leavesAProgramAloneThatAnswersOtherArchitecturesByNumber() {
        List<Long> byNumber = List.of(
                Bpf.instruction(Bpf.LOAD, 0, 0, Bpf.NUMBER),
                Bpf.instruction(Bpf.JUMP_IF_EQUAL, 0, 1, 39),
                Bpf.instruction(Bpf.RETURN, 0, 0, FilterAction.KILL_PROCESS.code()),
                Bpf.instruction(Bpf.RETURN, 0, 0, FilterAction.ALLOW.code()));

        assertThat(FilterReduction.of(byNumber, HERE)).isSameAs(byNumber);
    }

    /** What the kernel would answer. */
    private static int run(List<Long> program, int number, int architecture, long[] arguments) {
        int at = 0;
        int accumulator = 0;
        while (true) {
            long instruction = program.get(at);
            int operand = Bpf.operand(instruction);
            switch (Bpf.code(instruction)) {
                case Bpf.LOAD -> {
                    accumulator = load(operand, number, architecture, arguments);
                    at++;
                }
                case 0x54 -> { // and
                    accumulator &= operand;
                    at++;
                }
                case Bpf.JUMP -> at += 1 + operand;
                case Bpf.RETURN -> {
                    return operand;
                }
                case Bpf.JUMP_IF_EQUAL, Bpf.JUMP_IF_GREATER, Bpf.JUMP_IF_AT_LEAST ->
                    at = Bpf.branch(instruction, at, accumulator);
                default -> throw new IllegalStateException("instruction " + Long.toHexString(instruction));
            }
        }
    }

    private static int load(int offset, int number, int architecture, long[] arguments) {
        return switch (offset) {
            case 0 -> number;
            case 4 -> architecture;
            case 8, 12 -> 0x1234;
            default -> (int) (arguments[(offset - 16) / 8] >>> (offset % 8 == 4 ? 32 : 0));
        };
    }
}
