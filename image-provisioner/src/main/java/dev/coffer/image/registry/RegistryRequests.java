package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Requests to one repository: token when asked for, status made an error, transient failures tried again. */
final class RegistryRequests {
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private final HttpTransport transport;
    private final TokenSource tokens;
    private final RegistrySettings settings;

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

    RegistryRequests(HttpTransport transport, TokenSource tokens, RegistrySettings settings) {
        this.transport = transport;
        this.tokens = tokens;
        this.settings = settings;
    }

    /** What an image is refused for is final; everything else is tried again. */
    <T> T retrying(Attempt<T> attempt) throws IOException {
        for (int i = 1; ; i++) {
            try {
                return attempt.run();
            } catch (InvalidImageException e) {
                throw e;
            } catch (IOException e) {
                if (i >= settings.attempts()) {
                    throw new IOException(e.getMessage() + " (" + i + " attempts)", e);
                }
                pause(i, e);
            }
        }
    }

    /** Waits before attempt {@code number + 1}, longer each time and as long as the server wishes within reason. */
    void pause(int number, IOException failure) throws InterruptedIOException {
        Duration pause = settings.firstPause().multipliedBy(1L << Math.min(number - 1, 10));
        if (failure instanceof TransientException busy && busy.wish.compareTo(pause) > 0) {
            pause = busy.wish;
        }
        try {
            TimeUnit.MILLISECONDS.sleep(Math.min(pause.toMillis(), MAX_PAUSE.toMillis()));
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

    private HttpResponse authorized(URI uri, Map<String, String> headers) throws IOException {
        HttpResponse first = transport.get(uri, headers, tokens.authorization());
        Optional<String> challenge = first.header("WWW-Authenticate");
        if (first.status() != 401 || challenge.isEmpty()) {
            return first;
        }
        first.close();
        tokens.answer(Challenge.parse(challenge.get()));
        return transport.get(uri, headers, tokens.authorization());
    }

    private static IOException failure(URI uri, HttpResponse response) {
        int status = response.status();
        if (status == 401 || status == 403) {
            return denied(uri, status);
        }
        if (status == 404) {
            return new InvalidImageException(
                    Fault.USER_SPEC, uri.getAuthority() + " has no " + uri.getPath() + " (status 404)");
        }
        if (status == 429 || status == 408 || status >= 500) {
            return new TransientException(uri.getAuthority() + " answers with status " + status, wish(response));
        }
        return new InvalidImageException(
                uri.getAuthority() + " answers with status " + status + " for " + uri.getPath());
    }

    private static InvalidImageException denied(URI uri, int status) {
        return new InvalidImageException(
                Fault.USER_SPEC,
                uri.getAuthority() + " denies access (status " + status
                        + "); the repository may be private or not exist");
    }

    private static Duration wish(HttpResponse response) {
        String value = response.header("Retry-After").orElse("").trim();
        boolean seconds =
                !value.isEmpty() && value.length() <= 6 && value.chars().allMatch(Character::isDigit);
        return seconds ? Duration.ofSeconds(Long.parseLong(value)) : Duration.ZERO;
    }
}
