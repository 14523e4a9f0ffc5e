package dev.coffer.linux.seccomp;

/**
 * Classic BPF as seccomp has it: an accumulator and {@code struct seccomp_data}.
 *
 * @see <a href="https://docs.kernel.org/networking/filter.html">Linux socket filtering</a>
 */
final class Bpf {
    static final int LOAD = 0x20;
    static final int JUMP = 0x05;
    static final int JUMP_IF_EQUAL = 0x15;
    static final int JUMP_IF_GREATER = 0x25;
    static final int JUMP_IF_AT_LEAST = 0x35;
    static final int RETURN = 0x06;

    /** Offsets in {@code struct seccomp_data}. */
    static final int NUMBER = 0;

    static final int ARCHITECTURE = 4;
    /** Jumps of conditions are a byte. */
    static final int FARTHEST = 255;

    private Bpf() {}

    /** {@code struct sock_filter} as a little-endian number: code, jump if true, jump if false, operand. */
    static long instruction(int code, int ifTrue, int ifFalse, int operand) {
        return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) operand << 32;
    }

    static int code(long instruction) {
        return (int) instruction & 0xffff;
    }

    static int ifTrue(long instruction) {
        return (int) (instruction >>> 16) & 0xff;
    }

    static int ifFalse(long instruction) {
        return (int) (instruction >>> 24) & 0xff;
    }

    static int operand(long instruction) {
        return (int) (instruction >>> 32);
    }

    /** Of any kind. */
    static boolean isJump(int code) {
        return (code & 0x07) == JUMP;
    }

    static boolean isCondition(int code) {
        return code == JUMP_IF_EQUAL || code == JUMP_IF_GREATER || code == JUMP_IF_AT_LEAST;
    }

    /** The next instruction after a condition at {@code at}. */
    static int branch(long instruction, int at, int accumulator) {
        int operand = operand(instruction);
        boolean holds = switch (code(instruction)) {
            case JUMP_IF_EQUAL -> accumulator == operand;
            case JUMP_IF_GREATER -> Integer.compareUnsigned(accumulator, operand) > 0;
            default -> Integer.compareUnsigned(accumulator, operand) >= 0;
        };
        return at + 1 + (holds ? ifTrue(instruction) : ifFalse(instruction));
    }
}
