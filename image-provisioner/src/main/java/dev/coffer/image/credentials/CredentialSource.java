package dev.coffer.image.credentials;

import java.io.IOException;
import java.util.Optional;

/** Finds credentials. Thread-safe. */
@FunctionalInterface
public interface CredentialSource {
    CredentialSource NONE = (host, repository) -> Optional.empty();

    /**
     * What this source has for a repository; empty if it has nothing.
     *
     * @param host of the registry with its port if it has one; {@code docker.io} for Docker Hub
     * @throws IOException without anything secret in its message
     */
    Optional<Credential> find(String host, String repository) throws IOException;

    /** This one first, then another. */
    default CredentialSource orElse(CredentialSource other) {
        return (host, repository) -> {
            Optional<Credential> found = find(host, repository);
            return found.isPresent() ? found : other.find(host, repository);
        };
    }
}
