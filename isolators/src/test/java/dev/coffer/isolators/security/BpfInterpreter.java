package dev.coffer.isolators.security;

import java.util.List;

/**
 * Runs a classic BPF program over a {@code struct seccomp_data} as the kernel does, and counts the instructions.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
final class BpfInterpreter {
    private static final int LD_ABS = 0x20;
    private static final int JA = 0x05;
    private static final int JEQ = 0x15;
    private static final int JGT = 0x25;
    private static final int JGE = 0x35;
    private static final int JSET = 0x45;
    private static final int AND = 0x54;
    private static final int RET = 0x06;

    private final List<Long> program;
    private int steps;

    BpfInterpreter(List<Long> program) {
        this.program = program;
    }

    /** Instructions the last run took. */
    int steps() {
        return steps;
    }

    /** The filter's answer, {@code SECCOMP_RET_*} with its data. */
    int run(int architecture, int number, long... arguments) {
        int accumulator = 0;
        int at = 0;
        steps = 0;
        while (true) {
            long instruction = program.get(at++);
            steps++;
            int code = (int) (instruction & 0xffff);
            int whenTrue = (int) (instruction >>> 16 & 0xff);
            int whenFalse = (int) (instruction >>> 24 & 0xff);
            int k = (int) (instruction >>> 32);
            switch (code) {
                case RET -> {
                    return k;
                }
                case LD_ABS -> accumulator = word(k, architecture, number, arguments);
                case AND -> accumulator &= k;
                case JA -> at += k;
                default -> at += holds(code, accumulator, k) ? whenTrue : whenFalse;
            }
        }
    }

    private static boolean holds(int code, int accumulator, int k) {
        return switch (code) {
            case JEQ -> accumulator == k;
            case JGT -> Integer.compareUnsigned(accumulator, k) > 0;
            case JGE -> Integer.compareUnsigned(accumulator, k) >= 0;
            case JSET -> (accumulator & k) != 0;
            default -> throw new IllegalStateException("instruction 0x" + Integer.toHexString(code));
        };
    }

    private static int word(int offset, int architecture, int number, long... arguments) {
        if (offset % 4 != 0 || offset < 0 || offset >= 64) {
            throw new IllegalStateException("load at " + offset);
        }
        if (offset == 0) {
            return number;
        }
        if (offset == 4) {
            return architecture;
        }
        int index = (offset - 16) / 8;
        long argument = index >= 0 && index < arguments.length ? arguments[index] : 0;
        return (int) (offset % 8 == 0 ? argument : argument >>> 32);
    }
}
