package dev.coffer.cli.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.agent.config.FlagCatalog;
import dev.coffer.agent.config.Surroundings;
import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import dev.coffer.container.Tuning.IoLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TuningWordsTest {
    private static final HostFacts HOST = new HostFacts(new Surroundings(Map.of()), () -> 4);

    private static final Command RUN = new Command() {
        @Override
        public String name() {
            return "run";
        }

        @Override
        public String summary() {
            return "Run";
        }

        @Override
        public void describe(Options options) {
            RunOptions.addTo(options);
        }

        @Override
        public int run(ParsedWords words, Console console) {
            return 0;
        }
    };

    private static Resources limits(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("debian");
        return RunReader.read(Words.parse(RUN, all, new FlagCatalog(Optional.empty())), HOST)
                .spec()
                .resources();
    }

    @Test
    void requestsAreApartFromLimits() {
        Resources limits = limits("--cpus", "2", "--cpus-request", "0.5", "-m", "1g", "--memory-reservation", "512m");

        assertThat(limits.cpus()).hasValue(2);
        assertThat(limits.requests().cpus()).hasValue(0.5);
        assertThat(limits.memoryBytes()).hasValue(1L << 30);
        assertThat(limits.requests().memoryBytes()).hasValue(512L << 20);
        assertThat(limits.tuning()).isEqualTo(Tuning.NONE);
    }

    @Test
    void sharesAreARequestToo() {
        assertThat(limits("--cpu-shares", "512").requests().cpus()).hasValue(0.5);
        assertThat(limits("-c", "2").requests().cpus()).hasValue(2 / 1024.0);
    }

    @Test
    void placesProcessorsAndMemory() {
        Tuning.Cpu cpu = limits("--cpuset-cpus", "0-2,5", "--cpuset-mems", "0", "--cpu-burst", "5000", "--cpu-idle")
                .tuning()
                .cpu();

        assertThat(cpu)
                .isEqualTo(
                        new Tuning.Cpu(OptionalLong.of(5000), true, false, 0, Optional.of("0"), Optional.of("0-2,5")));
        assertThat(limits("--cpus-exclusive", "2", "--cpus-revocable").tuning().cpu())
                .isEqualTo(new Tuning.Cpu(OptionalLong.empty(), false, true, 2, Optional.empty()));
    }

    @Test
    void countsSwapOnTopOfMemory() {
        assertThat(limits("-m", "64m", "--memory-swap", "96m").tuning().memory().swapBytes())
                .hasValue(32L << 20);
        assertThat(limits("-m", "64m", "--memory-swap", "-1").tuning().memory().swapBytes())
                .isEmpty();
        assertThat(limits("--memory-high", "48m", "--oom-group").tuning().memory())
                .isEqualTo(new Tuning.Memory(OptionalLong.of(48L << 20), OptionalLong.empty(), true));
        assertThatThrownBy(() -> limits("--memory-swap", "96m")).hasMessageContaining("goes with --mem");
        assertThatThrownBy(() -> limits("-m", "128m", "--memory-swap", "96m")).hasMessageContaining("must not be less");
    }

    @Test
    void gathersLimitsOfOneDevice() {
        Tuning.Io io = limits(
                        "--blkio-weight",
                        "50",
                        "--device-read-bps",
                        "8:0:1m",
                        "--device-write-iops",
                        "8:0:30",
                        "--device-write-bps",
                        "8:16:2m")
                .tuning()
                .io();
        OptionalLong none = OptionalLong.empty();

        assertThat(io.weight()).hasValue(50);
        assertThat(io.limits())
                .containsExactlyInAnyOrder(
                        new IoLimit("8:0", OptionalLong.of(1 << 20), none, none, OptionalLong.of(30)),
                        new IoLimit("8:16", none, OptionalLong.of(2 << 20), none, none));
    }

    @Test
    void takesDevicesHugePagesAndMore() {
        Tuning tuning = limits(
                        "--device-cgroup-rule",
                        "c 10:229 rwm",
                        "--hugetlb",
                        "2MB=4m",
                        "--misc",
                        "sev=2",
                        "--security-opt",
                        "writable-cgroups=true")
                .tuning();

        assertThat(tuning.access()).isEqualTo(new Tuning.Access(List.of("c 10:229 rwm"), true));
        assertThat(tuning.hugetlb()).containsExactly(Map.entry("2MB", 4L << 20));
        assertThat(tuning.misc()).containsExactly(Map.entry("sev", 2L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cpus-request=0",
                "--cpu-shares=1",
                "--cpuset-cpus=0-",
                "--cpuset-mems=x",
                "--cpus-exclusive=0",
                "--blkio-weight=10001",
                "--device-read-bps=/dev/null:1m",
                "--device-read-bps=8:0",
                "--device-write-iops=8:0:x",
                "--device-cgroup-rule=c 10:229 rwx",
                "--hugetlb=2MB",
                "--misc=x=-1"
            })
    void refusesWhatMakesNoSense(String word) {
        assertThatThrownBy(() -> limits(word))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("cannot use " + word.substring(0, word.indexOf('=')));
    }

    @Test
    void refusesARequestAboveTheLimit() {
        assertThatThrownBy(() -> limits("--cpus", "1", "--cpus-request", "2"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("must not be more than the limit");
    }
}
