package dev.coffer.isolators.secret;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.Secret;
import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.SecretResolver;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The resolver that the operator chose, with the flags that it reads. */
public final class Secrets {
    /** Those of every isolator that resolves secrets. */
    public static final List<Flag<?>> FLAGS = SecretFlags.ALL;

    private final SecretResolver resolver;
    private final FlagValues flags;

    private Secrets(SecretResolver resolver, FlagValues flags) {
        this.resolver = resolver;
        this.flags = flags;
    }

    /** Looks at other jars only if the resolver is not built in. */
    public static Secrets of(IsolatorSetting setting) {
        String name = setting.flags().get(SecretFlags.RESOLVER);
        return new Secrets(named(name, setting), setting.flags());
    }

    private static SecretResolver named(String name, IsolatorSetting setting) {
        if (name.equals(ValueResolver.NAME)) {
            return new ValueResolver();
        }
        if (name.equals(FileResolver.NAME)) {
            return new FileResolver();
        }
        try {
            for (SecretResolver other :
                    ServiceLoader.load(SecretResolver.class, setting.plugins().get())) {
                if (other.name().equals(name)) {
                    return other;
                }
            }
        } catch (ServiceConfigurationError e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot load resolvers of secrets from other jars: " + e.getMessage(), e);
        }
        throw new IsolationException(
                Fault.USER_SPEC,
                "cannot use --secret_resolver '" + name
                        + "': there is none of that name; use value, file or a plug-in's");
    }

    /** The value, for whoever hands it on at once. */
    public byte[] value(Secret secret) {
        return resolver.resolve(secret, flags);
    }
}
