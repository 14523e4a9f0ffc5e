package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Anonymous bearer tokens for one repository. Thread-safe.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">token authentication</a>
 */
final class TokenSource {
    private static final int MAX_TOKEN_BYTES = 1 << 20;

    private final HttpTransport transport;
    private final String repository;
    private volatile Optional<String> authorization = Optional.empty();

    TokenSource(HttpTransport transport, String repository) {
        this.transport = transport;
        this.repository = repository;
    }

    Optional<String> authorization() {
        return authorization;
    }

    /** Gets a token as the challenge asks for, for the requests that follow. */
    void answer(Challenge challenge) throws IOException {
        Optional<String> realm = challenge.parameter("realm");
        if (!challenge.scheme().equals("bearer") || realm.isEmpty()) {
            throw new InvalidImageException(
                    Fault.USER_SPEC, "the registry asks for credentials, and only anonymous access is supported");
        }
        URI uri = tokenAddress(realm.get(), challenge);
        try (HttpResponse response = transport.get(uri, Map.of(), Optional.empty())) {
            if (response.status() != 200) {
                throw new InvalidImageException(
                        response.status() == 401 || response.status() == 403 ? Fault.USER_SPEC : Fault.REMOTE,
                        uri.getHost() + " gives no anonymous token (status " + response.status()
                                + "); the repository may be private or not exist");
            }
            InputStream body = response.body();
            Json token = Json.object("token response", body.readNBytes(MAX_TOKEN_BYTES));
            String text = token.text("token").or(() -> Optional.of("")).orElse("");
            authorization =
                    Optional.of("Bearer " + checked(text.isEmpty() ? token.requiredText("access_token") : text));
        }
    }

    private URI tokenAddress(String realm, Challenge challenge) throws InvalidImageException {
        String scope = challenge.parameter("scope").orElse("repository:" + repository + ":pull");
        StringBuilder query = new StringBuilder(realm).append(realm.indexOf('?') < 0 ? '?' : '&');
        challenge
                .parameter("service")
                .ifPresent(service ->
                        query.append("service=").append(encoded(service)).append('&'));
        query.append("scope=").append(encoded(scope));
        URI uri;
        try {
            uri = URI.create(query.toString());
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException("the registry names a token server that is no address", e);
        }
        transport.requireAllowed(uri, "the token server is " + uri.getScheme() + "://" + uri.getHost());
        return uri;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String checked(String token) throws InvalidImageException {
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new InvalidImageException("the token server's answer holds no usable token");
        }
        return token;
    }
}
