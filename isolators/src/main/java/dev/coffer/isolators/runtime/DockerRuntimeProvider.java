package dev.coffer.isolators.runtime;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.isolators.secret.EnvironmentSecrets;
import dev.coffer.isolators.security.CapabilityPolicy;
import java.util.List;

/** {@code docker/runtime}. Without it, what is run is what the request says alone. */
public final class DockerRuntimeProvider implements IsolatorProvider {
    static final Flag<Boolean> IGNORE = Flag.of(
            "docker_ignore_runtime",
            Syntax.bool(),
            "false",
            "Leave the image's entrypoint, command, environment, directory and user aside.");

    private final HostFacts host;

    public DockerRuntimeProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return "docker/runtime";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(IGNORE);
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        boolean heedsImage = setting.has(name()) && !setting.flags().get(IGNORE);
        return List.of(new DockerRuntimeIsolator(
                CapabilityPolicy.of(setting, host),
                heedsImage,
                setting.has("filesystem/posix"),
                EnvironmentSecrets.of(setting)));
    }
}
