package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.flag.FlagValues;
import dev.coffer.linux.cgroup.DeviceRule;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedDevicesTest {
    private static AllowedDevices parse(String json) {
        return FlagValues.DEFAULTS
                .withText(CgroupFlags.ALLOWED_DEVICES, json)
                .get(CgroupFlags.ALLOWED_DEVICES)
                .orElseThrow();
    }

    private static String entry(String path, String access) {
        return "{\"allowed_devices\":[{\"device\":{\"path\":\"" + path + "\"},\"access\":{" + access + "}}]}";
    }

    @Test
    void readsPathAndAccess() {
        assertThat(parse(entry("/dev/fuse", "\"read\":true,\"write\":false,\"mknod\":true"))
                        .entries())
                .containsExactly(new AllowedDevices.Entry(Path.of("/dev/fuse"), "rm"));
        assertThat(parse("{\"allowed_devices\":[]}").entries()).isEmpty();
    }

    @Test
    void findsTheNumbersOfADevice() {
        assertThat(parse(entry("/dev/null", "\"read\":true")).rules()).containsExactly(DeviceRule.parse("c 1:3 r"));
    }

    @Test
    void splitsNumbersAsTheKernelEncodesThem() {
        // makedev(0x12345, 0x6789a)
        long device = (0x12000L << 32) | (0x345L << 8) | (0x67800L << 12) | 0x9aL;
        assertThat(AllowedDevices.majorOf(device)).isEqualTo(0x12345);
        assertThat(AllowedDevices.minorOf(device)).isEqualTo(0x6789a);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "[]",
                "{\"devices\":[]}",
                "{\"allowed_devices\":[{\"device\":{},\"access\":{\"read\":true}}]}",
                "{\"allowed_devices\":[{\"device\":{\"path\":\"dev/null\"},\"access\":{\"read\":true}}]}",
                "{\"allowed_devices\":[{\"device\":{\"path\":\"/dev/null\"},\"access\":{}}]}",
                "{\"allowed_devices\":[{\"device\":{\"path\":\"/dev/null\"},\"access\":{\"read\":1}}]}",
                "{\"allowed_devices\":[{\"device\":{\"path\":\"/dev/null\"},\"access\":{\"exec\":true}}]}"
            })
    void refusesWhatIsNotUnderstood(String json) {
        assertThatThrownBy(() -> parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--allowed_devices");
    }

    @Test
    void refusesWhatIsNoDeviceOrNotThere() {
        assertThatThrownBy(() -> parse(entry("/etc/passwd", "\"read\":true")).rules())
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("neither a character nor a block device");
        assertThatThrownBy(() ->
                        parse(entry("/dev/no-such-thing", "\"read\":true")).rules())
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("/dev/no-such-thing");
    }

    @Test
    void alwaysAllowsWhatTheMesosAgentDoes() {
        assertThat(DefaultDevices.and(List.of()))
                .extracting(DeviceRule::toString)
                .containsExactly(
                        "c *:* m",
                        "b *:* m",
                        "c 5:1 rwm",
                        "c 4:0 rwm",
                        "c 4:1 rwm",
                        "c 136:* rwm",
                        "c 5:2 rwm",
                        "c 10:200 rwm",
                        "c 1:3 rwm",
                        "c 1:5 rwm",
                        "c 1:7 rwm",
                        "c 5:0 rwm",
                        "c 1:9 rwm",
                        "c 1:8 rwm");
        assertThat(DefaultDevices.and(List.of(DeviceRule.parse("c 136:3 rw")))).hasSize(14);
    }
}
