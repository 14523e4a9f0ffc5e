package dev.coffer.linux.cgroup;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Turns a list of allowed devices into a program of the kernel's virtual machine. The program returns 1 for what one of the
 * rules covers whole, else 0, exactly as the v1 controller decides.
 *
 * @see <a href="https://docs.kernel.org/bpf/standardization/instruction-set.html">BPF instruction set</a>
 */
final class DeviceProgram {
    /** What comes in: {@code access << 16 | type}, major, minor. */
    private static final int CONTEXT_TYPE = 0;

    private static final int CONTEXT_MAJOR = 4;
    private static final int CONTEXT_MINOR = 8;

    private static final int TYPE_BLOCK = 1;
    private static final int TYPE_CHARACTER = 2;
    private static final int MKNOD = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    private static final int LOAD_WORD = 0x61;
    private static final int MOVE = 0xb4;
    private static final int MOVE_REGISTER = 0xbc;
    private static final int AND = 0x54;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int JUMP_IF_NOT = 0x56;
    private static final int EXIT = 0x95;

    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int TYPE = 2;
    private static final int ACCESS = 3;
    private static final int MAJOR = 4;
    private static final int MINOR = 5;
    private static final int SCRATCH = 6;

    private static final int INSTRUCTION_BYTES = 8;
    private static final int PROLOGUE = 6;
    private static final int LARGEST_RULE = 7;

    private final ByteBuffer code;

    private DeviceProgram(int rules) {
        code = ByteBuffer.allocate((PROLOGUE + LARGEST_RULE * rules + 2) * INSTRUCTION_BYTES)
                .order(ByteOrder.nativeOrder());
    }

    static byte[] of(List<DeviceRule> allowed) {
        DeviceProgram program = new DeviceProgram(allowed.size());
        program.emit(LOAD_WORD, TYPE, CONTEXT, CONTEXT_TYPE, 0);
        program.emit(MOVE_REGISTER, ACCESS, TYPE, 0, 0);
        program.emit(AND, TYPE, 0, 0, 0xffff);
        program.emit(SHIFT_RIGHT, ACCESS, 0, 0, 16);
        program.emit(LOAD_WORD, MAJOR, CONTEXT, CONTEXT_MAJOR, 0);
        program.emit(LOAD_WORD, MINOR, CONTEXT, CONTEXT_MINOR, 0);
        allowed.forEach(program::rule);
        program.emit(MOVE, RESULT, 0, 0, 0);
        program.emit(EXIT, 0, 0, 0, 0);
        byte[] bytes = new byte[program.code.position()];
        program.code.flip().get(bytes);
        return bytes;
    }

    /** Each test that fails jumps past the rule, so how far is known only once the length is. */
    private void rule(DeviceRule rule) {
        int end = code.position() / INSTRUCTION_BYTES + lengthOf(rule);
        if (rule.type() != 'a') {
            jumpIfNot(TYPE, rule.type() == 'b' ? TYPE_BLOCK : TYPE_CHARACTER, end);
        }
        if (rule.access().length() < 3) {
            emit(MOVE_REGISTER, SCRATCH, ACCESS, 0, 0);
            emit(AND, SCRATCH, 0, 0, ~bits(rule.access()));
            jumpIfNot(SCRATCH, 0, end);
        }
        if (rule.major().isPresent()) {
            jumpIfNot(MAJOR, rule.major().getAsInt(), end);
        }
        if (rule.minor().isPresent()) {
            jumpIfNot(MINOR, rule.minor().getAsInt(), end);
        }
        emit(MOVE, RESULT, 0, 0, 1);
        emit(EXIT, 0, 0, 0, 0);
    }

    private static int lengthOf(DeviceRule rule) {
        return (rule.type() == 'a' ? 0 : 1)
                + (rule.access().length() < 3 ? 3 : 0)
                + (rule.major().isPresent() ? 1 : 0)
                + (rule.minor().isPresent() ? 1 : 0)
                + 2;
    }

    private static int bits(String access) {
        return (access.indexOf('m') >= 0 ? MKNOD : 0)
                | (access.indexOf('r') >= 0 ? READ : 0)
                | (access.indexOf('w') >= 0 ? WRITE : 0);
    }

    private void jumpIfNot(int register, int value, int target) {
        int next = code.position() / INSTRUCTION_BYTES + 1;
        emit(JUMP_IF_NOT, register, 0, target - next, value);
    }

    private void emit(int operation, int destination, int source, int offset, int immediate) {
        boolean little = code.order() == ByteOrder.LITTLE_ENDIAN;
        int registers = little ? (source << 4) | destination : (destination << 4) | source;
        code.put((byte) operation)
                .put((byte) registers)
                .putShort((short) offset)
                .putInt(immediate);
    }
}
