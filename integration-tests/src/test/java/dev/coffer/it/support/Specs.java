package dev.coffer.it.support;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Container specs of tests. Half a processor, 64 MB and 64 pids unless said otherwise. */
public final class Specs {
    public static final Resources LIMITS =
            new Resources(OptionalDouble.of(0.5), OptionalLong.of(64L << 20), OptionalLong.of(64));

    private Specs() {}

    /** Runs a shell script in the image, or on the host's view without one, and keeps the sandbox for its output. */
    public static ContainerSpec script(ContainerId id, Optional<String> image, String script) {
        return new ContainerSpec(
                id,
                image,
                ProcessSpec.of("/bin/sh", "-c", script),
                LIMITS,
                IsolationSpec.DEFAULT,
                SecuritySpec.DEFAULT,
                new Stdio.SandboxFiles(),
                SandboxPolicy.KEEP);
    }

    /** The same, leaving nothing. */
    public static ContainerSpec removed(ContainerSpec spec) {
        return new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process(),
                spec.resources(),
                spec.isolation(),
                spec.security(),
                spec.stdio(),
                SandboxPolicy.REMOVE);
    }

    public static ContainerSpec with(ContainerSpec spec, Resources resources) {
        return new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process(),
                resources,
                spec.isolation(),
                spec.security(),
                spec.stdio(),
                spec.sandbox());
    }

    public static ContainerSpec with(ContainerSpec spec, SecuritySpec security) {
        return new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process(),
                spec.resources(),
                spec.isolation(),
                security,
                spec.stdio(),
                spec.sandbox());
    }

    public static ContainerSpec with(ContainerSpec spec, IsolationSpec isolation) {
        return new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process(),
                spec.resources(),
                isolation,
                spec.security(),
                spec.stdio(),
                spec.sandbox());
    }

    /** Runs this command as this user. */
    public static ContainerSpec as(ContainerSpec spec, Optional<String> user, boolean init, String... command) {
        return new ContainerSpec(
                spec.id(),
                spec.image(),
                new ProcessSpec(List.of(command), Optional.empty(), Map.of(), Optional.empty(), user, init),
                spec.resources(),
                spec.isolation(),
                spec.security(),
                spec.stdio(),
                spec.sandbox());
    }
}
