package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Requests that differ in their resources only. */
final class CgroupSpecs {
    private CgroupSpecs() {}

    static ContainerSpec of(ContainerId id, Resources resources) {
        return new ContainerSpec(
                id,
                Optional.empty(),
                ProcessSpec.of("true"),
                resources,
                IsolationSpec.DEFAULT,
                SecuritySpec.DEFAULT,
                new Stdio.SandboxFiles(),
                ContainerSpec.SandboxPolicy.REMOVE);
    }

    static Resources limits(double cpus, long memoryBytes, long pids) {
        return new Resources(OptionalDouble.of(cpus), OptionalLong.of(memoryBytes), OptionalLong.of(pids));
    }
}
