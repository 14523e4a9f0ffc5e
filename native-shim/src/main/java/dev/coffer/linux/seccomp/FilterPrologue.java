package dev.coffer.linux.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * Instructions before those of libseccomp, which has no word for "every call above this number".
 *
 * @see <a href="https://docs.kernel.org/networking/filter.html">classic BPF</a>
 */
record FilterPrologue(List<Long> instructions) {
    private static final int LOAD = 0x20;
    private static final int JUMP_IF_EQUAL = 0x15;
    private static final int JUMP_IF_GREATER = 0x25;
    private static final int JUMP_IF_AT_LEAST = 0x35;
    private static final int RETURN = 0x06;

    /** Offsets in {@code struct seccomp_data}. */
    private static final int NUMBER = 0;

    private static final int ARCHITECTURE = 4;
    /** Calls of x32 have this bit; what is said of those, the library's program does. */
    private static final int X32 = 0x4000_0000;

    /** Answers calls of {@code architecture} above {@code largest}; all others go on to the program behind it. */
    static FilterPrologue of(FilterArchitecture architecture, FilterPolicy.NewerCalls newer, int largest) {
        return new FilterPrologue(List.of(
                instruction(LOAD, 0, 0, ARCHITECTURE),
                instruction(JUMP_IF_EQUAL, 0, 4, architecture.token()),
                instruction(LOAD, 0, 0, NUMBER),
                instruction(JUMP_IF_AT_LEAST, 2, 0, X32),
                instruction(JUMP_IF_GREATER, 0, 1, largest),
                instruction(RETURN, 0, 0, newer.action().code())));
    }

    List<Long> before(List<Long> program) {
        List<Long> all = new ArrayList<>(instructions);
        all.addAll(program);
        return List.copyOf(all);
    }

    /** {@code struct sock_filter} as a little-endian number: code, jump if true, jump if false, operand. */
    private static long instruction(int code, int ifTrue, int ifFalse, int operand) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }
}
