package dev.coffer.image.registry;

import dev.coffer.image.credentials.Credential;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tokens that may be used again, by whom they were given to: another credential never gets one. Thread-safe. */
final class TokenCache {
    private static final int MAX_TOKENS = 1000;
    /** A token that ends while a request is on its way is of no use. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final Clock clock;
    private final Map<Key, Token> tokens = new LinkedHashMap<>();

    /**
     * What a token is good for.
     *
     * @param home the registry it was asked for
     * @param scope what it allows there
     */
    record Key(RegistryAddress home, String scope, Credential credential) {}

    private record Token(String text, long usableUntilMillis) {
        @Override
        public String toString() {
            return "token";
        }
    }

    TokenCache(Clock clock) {
        this.clock = clock;
    }

    synchronized Optional<String> find(Key key) {
        Token token = tokens.get(key);
        if (token != null && token.usableUntilMillis <= clock.millis()) {
            tokens.remove(key);
            return Optional.empty();
        }
        return Optional.ofNullable(token).map(Token::text);
    }

    synchronized void keep(Key key, String token, Duration lifetime) {
        tokens.remove(key);
        if (tokens.size() >= MAX_TOKENS) {
            tokens.remove(tokens.keySet().iterator().next());
        }
        tokens.put(key, new Token(token, clock.millis() + lifetime.minus(MARGIN).toMillis()));
    }
}
