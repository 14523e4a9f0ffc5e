package dev.coffer.image.credentials;

import java.io.IOException;
import java.util.Optional;

/** The programs a {@code config.json} may name. */
@FunctionalInterface
public interface CredentialPrograms {
    /** For a configuration that comes with a request: what runs on the host is not for its sender to say. */
    CredentialPrograms REFUSED = (helper, server) -> {
        throw new IOException("cannot run credential helper '" + helper
                + "': a config.json that comes with an image may not name programs; name them in --docker_config");
    };

    /**
     * Asks one of them.
     *
     * @param helper the part of its name after {@code docker-credential-}
     * @param server as {@code docker login} would have named it
     * @return empty if it has nothing for that server
     */
    Optional<Credential> get(String helper, String server) throws IOException;
}
