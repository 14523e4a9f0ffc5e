package dev.coffer.isolators.secret;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.Secret;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.SecretResolver;

/** Secrets that come with the request. */
final class ValueResolver implements SecretResolver {
    static final String NAME = "value";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] resolve(Secret secret, FlagValues flags) {
        if (secret instanceof Secret.Value value) {
            return value.bytes();
        }
        throw new IsolationException(
                Fault.USER_SPEC,
                "cannot resolve secret '" + ((Secret.Reference) secret).name()
                        + "': --secret_resolver=value knows no references; choose one that does, such as file");
    }
}
