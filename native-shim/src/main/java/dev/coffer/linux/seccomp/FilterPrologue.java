package dev.coffer.linux.seccomp;

import java.util.ArrayList;
import java.util.List;

/**
 * Instructions before those of libseccomp, which has no word for "every call above this number".
 *
 * @see <a href="https://docs.kernel.org/networking/filter.html">classic BPF</a>
 */
record FilterPrologue(List<Long> instructions) {
    /** Calls of x32 have this bit; what is said of those, the library's program does. */
    private static final int X32 = 0x4000_0000;

    /** Answers calls of {@code architecture} above {@code largest}; all others go on to the program behind it. */
    static FilterPrologue of(FilterArchitecture architecture, FilterPolicy.NewerCalls newer, int largest) {
        return new FilterPrologue(List.of(
                Bpf.instruction(Bpf.LOAD, 0, 0, Bpf.ARCHITECTURE),
                Bpf.instruction(Bpf.JUMP_IF_EQUAL, 0, 4, architecture.token()),
                Bpf.instruction(Bpf.LOAD, 0, 0, Bpf.NUMBER),
                Bpf.instruction(Bpf.JUMP_IF_AT_LEAST, 2, 0, X32),
                Bpf.instruction(Bpf.JUMP_IF_GREATER, 0, 1, largest),
                Bpf.instruction(Bpf.RETURN, 0, 0, newer.action().code())));
    }

    List<Long> before(List<Long> program) {
        List<Long> all = new ArrayList<>(instructions);
        all.addAll(program);
        return List.copyOf(all);
    }
}
