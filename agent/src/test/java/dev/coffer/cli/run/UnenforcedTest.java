package dev.coffer.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolators.disk.DiskFlags;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class UnenforcedTest {
    private static ContainerSpec spec(Resources resources) {
        return new ContainerSpec(
                new ContainerId("c"),
                Optional.empty(),
                ProcessSpec.of("true"),
                resources,
                IsolationSpec.DEFAULT,
                SecuritySpec.DEFAULT,
                new Stdio.SandboxFiles(),
                SandboxPolicy.REMOVE);
    }

    @Test
    void namesEveryRequestThatNobodyMeets() {
        Resources limits = new Resources(OptionalDouble.of(1), OptionalLong.of(64 << 20), OptionalLong.of(10));

        assertThat(Unenforced.of(spec(limits), List.of("filesystem/linux", "cgroups/mem"), FlagValues.DEFAULTS))
                .containsExactly(
                        "--cpus has no effect: cgroups/cpu is not in --isolation",
                        "--pids has no effect: cgroups/pids is not in --isolation");
        assertThat(Unenforced.of(spec(Resources.UNLIMITED), List.of(), FlagValues.DEFAULTS))
                .isEmpty();
    }

    @Test
    void saysThatDiskSpaceIsOnlyMeasured() {
        ContainerSpec limited = spec(Resources.UNLIMITED.withDisk(1 << 20));

        assertThat(Unenforced.of(limited, List.of("disk/du"), FlagValues.DEFAULTS))
                .containsExactly("--disk is only measured against: --enforce_container_disk_quota is not set");
        assertThat(Unenforced.of(limited, List.of("disk/du"), FlagValues.DEFAULTS.with(DiskFlags.ENFORCE, true)))
                .isEmpty();
    }
}
