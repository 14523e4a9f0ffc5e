package dev.coffer.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeviceProgramTest {
    private static final int BLOCK = 1;
    private static final int CHARACTER = 2;
    private static final int MKNOD = 1;
    private static final int READ = 2;
    private static final int WRITE = 4;

    /** Runs the few instructions that the compiler emits. */
    private static boolean allows(List<String> rules, int type, int access, int major, int minor) {
        byte[] code = DeviceProgram.of(rules.stream().map(DeviceRule::parse).toList());
        ByteBuffer program = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        int[] context = {(access << 16) | type, major, minor};
        int[] r = new int[11];
        int at = 0;
        while (true) {
            int op = program.get(at * 8) & 0xff;
            int to = program.get(at * 8 + 1) & 0xf;
            int from = (program.get(at * 8 + 1) >> 4) & 0xf;
            int offset = program.getShort(at * 8 + 2);
            int value = program.getInt(at * 8 + 4);
            at++;
            switch (op) {
                case 0x61 -> r[to] = context[offset / 4];
                case 0xb4 -> r[to] = value;
                case 0xbc -> r[to] = r[from];
                case 0x54 -> r[to] &= value;
                case 0x74 -> r[to] >>>= value;
                case 0x56 -> at += r[to] == value ? 0 : offset;
                case 0x95 -> {
                    return r[0] == 1;
                }
                default -> throw new AssertionError("instruction " + op);
            }
        }
    }

    @Test
    void refusesEverythingWithoutARule() {
        assertThat(allows(List.of(), CHARACTER, READ, 1, 3)).isFalse();
    }

    @Test
    void looksAtTypeNumbersAndAccess() {
        List<String> rules = List.of("c 1:3 rw", "b 8:* r", "c *:* m");
        assertThat(allows(rules, CHARACTER, READ, 1, 3)).isTrue();
        assertThat(allows(rules, CHARACTER, READ | WRITE, 1, 3)).isTrue();
        assertThat(allows(rules, CHARACTER, READ, 1, 4)).isFalse();
        assertThat(allows(rules, BLOCK, READ, 1, 3)).isFalse();
        assertThat(allows(rules, BLOCK, READ, 8, 17)).isTrue();
        assertThat(allows(rules, BLOCK, READ | WRITE, 8, 17)).isFalse();
        assertThat(allows(rules, CHARACTER, MKNOD, 99, 99)).isTrue();
        assertThat(allows(rules, BLOCK, MKNOD, 99, 99)).isFalse();
    }

    @Test
    void allowsEverythingToTheRuleForAll() {
        assertThat(allows(List.of("a *:* rwm"), BLOCK, READ | WRITE | MKNOD, 7, 7))
                .isTrue();
    }

    @Test
    void oneRuleMustCoverTheWholeAccess() {
        assertThat(allows(List.of("c 1:3 r", "c *:* w"), CHARACTER, READ | WRITE, 1, 3))
                .isFalse();
    }

    @Test
    void normalisesAList() {
        List<DeviceRule> rules = List.of(
                DeviceRule.parse("c 1:3 r"),
                DeviceRule.parse("c 1:3 mw"),
                DeviceRule.parse("c 136:7 rw"),
                DeviceRule.parse("c 136:* rwm"));
        assertThat(DeviceRule.normalised(rules))
                .extracting(DeviceRule::toString)
                .containsExactly("c 1:3 rwm", "c 136:* rwm");
    }

    @Test
    void refusesRulesThatMeanNothing() {
        for (String wrong : List.of("x 1:3 r", "c 1:3", "c 1:3 x", "c *:3 r", "c 1:-3 r", "")) {
            assertThatThrownBy(() -> DeviceRule.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
