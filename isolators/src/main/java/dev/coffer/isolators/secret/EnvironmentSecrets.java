package dev.coffer.isolators.secret;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.Secret;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.SecretResolver;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** Variables whose values are secrets ({@code environment_secret}). Resolved whenever a plan is made, kept nowhere. */
public final class EnvironmentSecrets {
    static final String NAME = "environment_secret";

    private final Optional<SecretResolver> resolver;
    private final FlagValues flags;

    private EnvironmentSecrets(Optional<SecretResolver> resolver, FlagValues flags) {
        this.resolver = resolver;
        this.flags = flags;
    }

    /** Those of a setting; without {@code environment_secret} a request that has some is refused. */
    public static EnvironmentSecrets of(IsolatorSetting setting) {
        return setting.has(NAME)
                ? new EnvironmentSecrets(
                        Optional.of(resolver(setting.flags().get(SecretFlags.RESOLVER))), setting.flags())
                : none();
    }

    public static EnvironmentSecrets none() {
        return new EnvironmentSecrets(Optional.empty(), FlagValues.DEFAULTS);
    }

    private static SecretResolver resolver(String name) {
        for (SecretResolver builtIn : List.of(new ValueResolver(), new FileResolver())) {
            if (builtIn.name().equals(name)) {
                return builtIn;
            }
        }
        for (SecretResolver other : ServiceLoader.load(SecretResolver.class)) {
            if (other.name().equals(name)) {
                return other;
            }
        }
        throw new IsolationException(
                Fault.USER_SPEC,
                "cannot use --secret_resolver '" + name
                        + "': there is none of that name; use value, file or a plug-in's");
    }

    /** The variables with their values, in the order given. */
    public Map<String, String> resolve(Map<String, Secret> secrets) {
        Map<String, String> values = new LinkedHashMap<>();
        secrets.forEach((variable, secret) -> values.put(variable, value(variable, secret)));
        return values;
    }

    private String value(String variable, Secret secret) {
        if (variable.equals("PATH")) {
            throw fault(variable, "it is shown when a command is not found; use another name");
        }
        SecretResolver chosen = resolver.orElseThrow(
                () -> fault(variable, "isolator environment_secret is not chosen; add it to --isolation"));
        byte[] bytes = chosen.resolve(secret, flags);
        try {
            String value = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (value.indexOf('\0') < 0) {
                return value;
            }
        } catch (CharacterCodingException e) {
            // without the cause, which would tell where in the value
        }
        throw fault(variable, "an environment holds UTF-8 text without NUL, which the value is not");
    }

    private static IsolationException fault(String variable, String cause) {
        return new IsolationException(
                Fault.USER_SPEC, "cannot set secret variable '" + variable.replace('\0', '?') + "': " + cause);
    }
}
