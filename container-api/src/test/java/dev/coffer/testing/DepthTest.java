package dev.coffer.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DepthTest {
    @Test
    void aCheckRunsATenthButNeverFewerThanThree() {
        assertThat(Depth.CHECK.count(1000)).isEqualTo(100);
        assertThat(Depth.CHECK.count(1001)).isEqualTo(101);
        assertThat(Depth.CHECK.count(5)).isEqualTo(3);
        assertThat(Depth.SOAK.count(1000)).isEqualTo(1000);
    }

    @Test
    void aSeedThatOnceFailedIsTriedForItsSuiteOnly() {
        assertThat(Seeds.parse("# suite seed\nRecoverIT 17 # lost an exit status\nOtherIT 4\n\n", "RecoverIT"))
                .containsExactly(17L);
    }

    @Test
    void tellsAV2HostFromAHybridOne() {
        String unified = "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw";
        String only = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

        assertThat(Kernel.hasOnlyV2(unified.lines().toList())).isFalse();
        assertThat(Kernel.hasOnlyV2(only.lines().toList())).isTrue();
    }
}
