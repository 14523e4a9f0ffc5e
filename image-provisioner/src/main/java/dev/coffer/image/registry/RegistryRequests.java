package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Requests to one repository: token when asked for, status made an error, transient failures tried again. */
final class RegistryRequests {
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    /** Who asks for more than this is down, as far as one pull is concerned. */
    private static final Duration MAX_WISH = Duration.ofMinutes(2);
    /** Without a token, with one of an earlier pull, with a fresh one. */
    private static final int MAX_AUTHORIZATIONS = 3;

    private final HttpTransport transport;
    private final RegistryAddress home;
    private final TokenSource tokens;

    /** The server may be asked again: it is busy, or the connection broke. */
    static final class TransientException extends IOException {
        private static final long serialVersionUID = 1L;

        private final Duration wish;

        TransientException(String message, Duration wish) {
            super(message);
            this.wish = wish;
        }
    }

    /** Something that may fail in a way worth repeating. */
    @FunctionalInterface
    interface Attempt<T> {
        T run() throws IOException;
    }

    RegistryRequests(HttpTransport transport, RegistryAddress home, TokenSource tokens) {
        this.transport = transport;
        this.home = home;
        this.tokens = tokens;
    }

    RegistrySettings.Patience patience() {
        return transport.settings().patience();
    }

    /** What an image is refused for is final; everything else is tried again. */
    <T> T retrying(Attempt<T> attempt) throws IOException {
        for (int i = 1; ; i++) {
            try {
                return attempt.run();
            } catch (InvalidImageException e) {
                throw e;
            } catch (IOException e) {
                if (i >= patience().attempts() || Thread.currentThread().isInterrupted()) {
                    throw new IOException(e.getMessage() + " (" + i + " attempts)", e);
                }
                pause(i, e);
            }
        }
    }

    /** Waits before attempt {@code number + 1}, longer each time and as long as the server wishes within reason. */
    void pause(int number, IOException failure) throws IOException {
        long millis = patience()
                .firstPause()
                .multipliedBy(1L << Math.min(number - 1, 10))
                .toMillis();
        millis = Math.min(millis, MAX_PAUSE.toMillis());
        millis += ThreadLocalRandom.current().nextLong(millis / 4 + 1); // so that many hosts do not return at once
        if (failure instanceof TransientException busy) {
            if (busy.wish.compareTo(MAX_WISH) > 0) {
                throw new InvalidImageException(
                        Fault.REMOTE,
                        busy.getMessage() + " and asks to be left alone for " + busy.wish.toSeconds() + " s");
            }
            millis = Math.max(millis, busy.wish.toMillis());
        }
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** A successful response, which the caller closes. */
    HttpResponse get(URI uri, Map<String, String> headers) throws IOException {
        HttpResponse response = authorized(uri, headers);
        if (response.status() == 200 || response.status() == 206) {
            return response;
        }
        try (response) {
            throw failure(uri, response);
        }
    }

    /** As {@link #get}; empty if there is no such thing. */
    Optional<HttpResponse> find(URI uri, Map<String, String> headers) throws IOException {
        HttpResponse response = authorized(uri, headers);
        if (response.status() == 200) {
            return Optional.of(response);
        }
        try (response) {
            if (response.status() == 404) {
                return Optional.empty();
            }
            throw failure(uri, response);
        }
    }

    /** Only the registry itself is asked who we are; whoever it redirects to is not answered. */
    private HttpResponse authorized(URI uri, Map<String, String> headers) throws IOException {
        Optional<String> sent = tokens.authorization();
        for (int i = 1; ; i++) {
            HttpResponse response = transport.get(uri, headers, sent);
            if (response.status() != 401 || i > MAX_AUTHORIZATIONS || !home.isOrigin(response.from())) {
                return response;
            }
            Optional<String> next;
            try {
                next = tokens.answer(
                        response.headers("WWW-Authenticate").stream()
                                .map(Challenge::parse)
                                .toList(),
                        sent);
            } catch (IOException | RuntimeException e) {
                response.close();
                throw e;
            }
            if (next.isEmpty()) {
                return response;
            }
            response.close();
            sent = next;
        }
    }

    private IOException failure(URI uri, HttpResponse response) {
        int status = response.status();
        String server = response.from().getAuthority();
        if (status == 401 || status == 403) {
            String hint = tokens.isAnonymous()
                    ? "the repository may be private or not exist; credentials go into --docker_config"
                    : "the credentials for " + home.host() + " may be wrong or may not reach this repository";
            return new InvalidImageException(
                    Fault.USER_SPEC, server + " denies access (status " + status + "); " + hint);
        }
        if (status == 404) {
            return new InvalidImageException(Fault.USER_SPEC, server + " has no " + uri.getPath() + " (status 404)");
        }
        if (isTransient(status)) {
            return busy(response.from(), response);
        }
        return new InvalidImageException(server + " answers with status " + status + " for " + uri.getPath());
    }

    static boolean isTransient(int status) {
        return status == 429 || status == 408 || status == 425 || status >= 500;
    }

    static TransientException busy(URI server, HttpResponse response) {
        String cause = response.status() == 429
                ? " limits our rate (status 429)"
                : " answers with status " + response.status();
        return new TransientException(
                server.getAuthority() + cause,
                wish(response.header("Retry-After").orElse("").trim()));
    }

    /** Seconds or a date. */
    private static Duration wish(String value) {
        boolean seconds =
                !value.isEmpty() && value.length() <= 9 && value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (seconds) {
            return Duration.ofSeconds(Long.parseLong(value));
        }
        try {
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Duration wish = Duration.between(Instant.now(), until);
            return wish.isNegative() ? Duration.ZERO : wish;
        } catch (DateTimeException unreadable) {
            return Duration.ZERO;
        }
    }
}
