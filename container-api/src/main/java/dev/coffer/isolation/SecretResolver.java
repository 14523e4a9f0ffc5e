package dev.coffer.isolation;

import dev.coffer.container.Secret;
import dev.coffer.flag.FlagValues;

/**
 * Finds the values of secrets. One of another jar, of the class path or of {@code --modules_dir}, is found through {@link
 * java.util.ServiceLoader} and chosen by its name in {@code --secret_resolver}; it needs a public constructor without
 * arguments.
 */
public interface SecretResolver {
    /** As {@code --secret_resolver} has it. */
    String name();

    /**
     * The value of a secret. It is kept nowhere: whoever asks again, asks here.
     *
     * @throws dev.coffer.container.ContainerException.IsolationException if there is none; the message must not have the
     *     value of another
     */
    byte[] resolve(Secret secret, FlagValues flags);
}
