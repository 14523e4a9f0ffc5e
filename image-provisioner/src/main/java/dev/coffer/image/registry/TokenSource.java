package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import dev.coffer.image.credentials.Credential;
import dev.coffer.image.credentials.CredentialSource;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a registry wants to see for one repository: nothing, a password, or a token that its token server gives for a
 * password. Thread-safe.
 *
 * @see <a href="https://distribution.github.io/distribution/spec/auth/token/">token authentication</a>
 * @see <a href="https://distribution.github.io/distribution/spec/auth/oauth/">OAuth 2</a>
 */
final class TokenSource {
    private static final String CLIENT = "coffer";
    /** What the specification says a token without a lifetime has. */
    private static final Duration UNSAID_LIFETIME = Duration.ofSeconds(60);

    private static final Duration LONGEST_LIFETIME = Duration.ofHours(1);

    private final HttpTransport transport;
    private final RegistryAddress home;
    private final String repository;
    private final CredentialSource credentials;
    private final TokenCache cache;
    private @Nullable Credential credential;
    private volatile Optional<String> authorization = Optional.empty();

    TokenSource(
            HttpTransport transport,
            RegistryAddress home,
            String repository,
            CredentialSource credentials,
            TokenCache cache) {
        this.transport = transport;
        this.home = home;
        this.repository = repository;
        this.credentials = credentials;
        this.cache = cache;
    }

    /** For the next request; empty as long as the registry has not asked. */
    Optional<String> authorization() {
        return authorization;
    }

    /** Whether the registry knows who we are. */
    synchronized boolean isAnonymous() {
        return credential == null || credential.equals(Credential.NONE);
    }

    /**
     * What the registry itself asks for, to be sent to it alone.
     *
     * @param rejected what was sent and did not do
     * @return empty if there is nothing else to send
     */
    synchronized Optional<String> answer(List<Challenge> challenges, Optional<String> rejected) throws IOException {
        if (!authorization.equals(rejected)) {
            return authorization; // another thread has been here
        }
        Optional<Challenge> bearer =
                challenges.stream().filter(c -> c.scheme().equals("bearer")).findFirst();
        boolean basic = challenges.stream().anyMatch(c -> c.scheme().equals("basic"));
        Optional<String> next = Optional.empty();
        if (credential() instanceof Credential.RegistryToken own && (bearer.isPresent() || basic)) {
            next = Optional.of("Bearer " + own.token());
        } else if (bearer.isPresent()) {
            next = Optional.of("Bearer " + token(bearer.get(), rejected));
        } else if (basic) {
            next = Optional.of(password());
        }
        if (next.equals(rejected)) {
            return Optional.empty();
        }
        authorization = next;
        return next;
    }

    private Credential credential() throws IOException {
        Credential known = credential;
        if (known == null) {
            known = credentials.find(home.host(), repository).orElse(Credential.NONE);
            credential = known;
        }
        return known;
    }

    private String password() throws IOException {
        if (credential() instanceof Credential.Basic basic) {
            return basic.header();
        }
        throw new InvalidImageException(
                Fault.USER_SPEC,
                home.host() + " asks for a user and a password, and there is none for it; give one in --docker_config");
    }

    private String token(Challenge challenge, Optional<String> rejected) throws IOException {
        String scope = challenge.parameter("scope").orElse("repository:" + home.prefix() + repository + ":pull");
        TokenCache.Key key = new TokenCache.Key(home, scope, credential());
        Optional<String> cached = cache.find(key);
        if (cached.isPresent() && !rejected.equals(cached.map(token -> "Bearer " + token))) {
            return cached.get();
        }
        URI realm = realm(challenge);
        Optional<String> service = challenge.parameter("service");
        try (HttpResponse response = ask(realm, service, scope)) {
            if (response.status() != 200) {
                throw refused(realm, response);
            }
            return kept(key, Json.confidential("the token server's answer", response.document("its answer")));
        }
    }

    private String kept(TokenCache.Key key, Json answer) throws InvalidImageException {
        Optional<String> token = answer.text("token").filter(text -> !text.isEmpty());
        String text = checked(token.isPresent() ? token.get() : answer.requiredText("access_token"));
        long seconds = answer.has("expires_in") ? answer.size("expires_in") : UNSAID_LIFETIME.toSeconds();
        cache.keep(key, text, Duration.ofSeconds(Math.min(seconds, LONGEST_LIFETIME.toSeconds())));
        return text;
    }

    private HttpResponse ask(URI realm, Optional<String> service, String scope) throws IOException {
        String query = service.map(name -> "service=" + encoded(name) + "&").orElse("") + "scope=" + encoded(scope);
        Credential known = credential();
        if (known instanceof Credential.IdentityToken identity) {
            return transport.post(
                    realm,
                    "grant_type=refresh_token&client_id=" + CLIENT + "&" + query + "&refresh_token="
                            + encoded(identity.token()));
        }
        URI uri = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
        if (!(known instanceof Credential.Basic basic)) {
            return transport.get(uri, Map.of(), Optional.empty());
        }
        String account = "&account=" + encoded(basic.user());
        HttpResponse response = transport.get(URI.create(uri + account), Map.of(), Optional.of(basic.header()));
        if (response.status() != 404 && response.status() != 405) {
            return response;
        }
        response.close();
        return transport.post(
                realm,
                "grant_type=password&client_id=" + CLIENT + "&" + query + "&username=" + encoded(basic.user())
                        + "&password=" + encoded(basic.password()));
    }

    private URI realm(Challenge challenge) throws InvalidImageException {
        String text = challenge.parameter("realm").orElse("");
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException(home.host() + " names a token server that is no address");
        }
        transport.requireAllowed(
                uri, home.host() + " has its token server at " + uri.getScheme() + "://" + uri.getAuthority());
        return uri;
    }

    private IOException refused(URI realm, HttpResponse response) {
        int status = response.status();
        if (RegistryRequests.isTransient(status)) {
            return RegistryRequests.busy(realm, response);
        }
        String hint = isAnonymous()
                ? "the repository may be private or not exist; credentials go into --docker_config"
                : "the credentials for " + home.host() + " may be wrong or may not reach " + repository;
        return new InvalidImageException(
                status == 401 || status == 403 || status == 400 ? Fault.USER_SPEC : Fault.REMOTE,
                realm.getAuthority() + " gives no token for " + home.host() + " (status " + status + "); " + hint);
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
