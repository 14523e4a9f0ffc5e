package dev.coffer.isolators.secret;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.util.List;

/** {@code environment_secret}. Has no isolator of its own: one step has the whole environment. */
public final class EnvironmentSecretProvider implements IsolatorProvider {
    @Override
    public String name() {
        return EnvironmentSecrets.NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return SecretFlags.ALL;
    }

    /** Checks that there is such a resolver. */
    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        EnvironmentSecrets unused = EnvironmentSecrets.of(setting);
        return List.of();
    }
}
