package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** Single requests to one registry and where it leads. Thread-safe. */
final class HttpTransport implements Closeable {
    private static final int MAX_REDIRECTS = 5;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);

    private final RegistrySettings settings;
    private final AddressGuard guard;
    private final HttpClients clients;

    HttpTransport(RegistrySettings settings, RegistryAddress home, DnsResolver names) {
        this.settings = settings;
        this.guard = new AddressGuard(settings.hosts(), home, names);
        this.clients = new HttpClients(settings, guard);
    }

    RegistrySettings settings() {
        return settings;
    }

    /**
     * The first response that is not a redirect; the caller closes it.
     *
     * @param authorization sent to the origin of {@code uri} only
     */
    HttpResponse get(URI uri, Map<String, String> headers, Optional<String> authorization) throws IOException {
        URI at = uri;
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            HttpGet request = new HttpGet(at);
            headers.forEach(request::setHeader);
            if (authorization.isPresent() && isSameOrigin(uri, at)) {
                request.setHeader("Authorization", authorization.get());
            }
            HttpResponse response = execute(request, at);
            Optional<String> location = response.header("Location");
            if (!REDIRECTS.contains(response.status()) || location.isEmpty()) {
                return response;
            }
            response.close();
            at = redirected(at, location.get());
        }
        throw new InvalidImageException(uri.getHost() + " redirects more than " + MAX_REDIRECTS + " times");
    }

    /** The response to a form; a redirect is not followed, for the form has secrets. The caller closes it. */
    HttpResponse post(URI uri, String form) throws IOException {
        HttpPost request = new HttpPost(uri);
        request.setEntity(new StringEntity(form, ContentType.APPLICATION_FORM_URLENCODED));
        return execute(request, uri);
    }

    private HttpResponse execute(HttpUriRequestBase request, URI at) throws IOException {
        // the socket's own timeout begins anew with each byte of a header
        Duration whole =
                settings.patience().connect().plus(settings.patience().stall().multipliedBy(2));
        try (Alarm alarm = Alarm.set(whole, request::cancel)) {
            try {
                ClassicHttpResponse answer = clients.of(at).executeOpen(HttpHost.create(at), request, null);
                HttpResponse response = new HttpResponse(request, answer, at, settings);
                requireSmallHeader(response, answer, at);
                return response;
            } catch (IOException | IllegalStateException e) { // the latter if it is cancelled before it is connected
                if (alarm.hasRung()) {
                    throw new IOException(at.getAuthority() + " does not answer within " + whole.toSeconds() + " s", e);
                }
                throw named(e instanceof IOException failure ? failure : new IOException("connection lost", e), at);
            }
        }
    }

    private void requireSmallHeader(HttpResponse response, ClassicHttpResponse answer, URI at) throws IOException {
        long bytes = 0;
        for (var header : answer.getHeaders()) {
            bytes += header.getName().length()
                    + String.valueOf(header.getValue()).length()
                    + 4L;
        }
        if (bytes > settings.maxHeaderBytes()) {
            response.close();
            throw headerTooLong(at);
        }
    }

    /** Worth another attempt: it may be what a server sent too much of before. */
    private IOException headerTooLong(URI at) {
        return new IOException("the header of an answer of " + at.getAuthority() + " has more than "
                + settings.maxHeaderBytes() + " bytes or 200 lines (--image_max_header)");
    }

    /** The library's exceptions name an address at best. */
    private IOException named(IOException e, URI at) {
        if (e instanceof AddressGuard.RefusedAddressException) {
            return new InvalidImageException(
                    Fault.REMOTE,
                    "the registry leads to " + at.getAuthority() + ", which is refused: " + e.getMessage());
        }
        if (e instanceof MessageConstraintException) {
            return headerTooLong(at);
        }
        if (e instanceof SSLException) {
            return new InvalidImageException(
                    Fault.REMOTE,
                    "no trusted connection to " + at.getAuthority() + ": " + e.getMessage()
                            + "; its certificate authority can be named in --image_registries");
        }
        if (e instanceof InvalidImageException) {
            return e;
        }
        if (e instanceof java.net.UnknownHostException) {
            return new IOException("host " + at.getHost() + " is not known", e);
        }
        return new IOException(at.getAuthority() + ": " + e.getMessage(), e);
    }

    private URI redirected(URI from, String location) throws InvalidImageException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException(from.getHost() + " redirects to what is no address");
        }
        requireAllowed(to, from.getHost() + " redirects to " + to.getScheme() + "://" + to.getAuthority());
        return to;
    }

    /** Refuses where a registry must not lead. */
    void requireAllowed(URI uri, String what) throws InvalidImageException {
        guard.requireAllowed(uri, what);
    }

    private static boolean isSameOrigin(URI a, URI b) {
        return a.getScheme().equals(b.getScheme()) && a.getAuthority().equals(b.getAuthority());
    }

    @Override
    public void close() throws IOException {
        clients.close();
    }
}
