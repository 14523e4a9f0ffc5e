package dev.coffer.isolators.secret;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.Secret;
import dev.coffer.isolation.IsolatorSetting;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Variables whose values are secrets ({@code environment_secret}). Resolved whenever a plan is made, kept nowhere. */
public final class EnvironmentSecrets {
    static final String NAME = "environment_secret";

    private final Optional<Secrets> resolver;

    private EnvironmentSecrets(Optional<Secrets> resolver) {
        this.resolver = resolver;
    }

    /** Those of a setting; without {@code environment_secret} a request that has some is refused. */
    public static EnvironmentSecrets of(IsolatorSetting setting) {
        return setting.has(NAME) ? new EnvironmentSecrets(Optional.of(Secrets.of(setting))) : none();
    }

    public static EnvironmentSecrets none() {
        return new EnvironmentSecrets(Optional.empty());
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
        Secrets chosen = resolver.orElseThrow(
                () -> fault(variable, "isolator environment_secret is not chosen; add it to --isolation"));
        byte[] bytes = chosen.value(secret);
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
