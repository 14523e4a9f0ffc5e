package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.util.Timeout;

/** Single GET requests and the redirects they lead to. Thread-safe. */
final class HttpTransport implements Closeable {
    private static final int MAX_REDIRECTS = 5;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
    private static final int MAX_CONNECTIONS = 4;

    private final CloseableHttpClient client;
    private final boolean plainAllowed;

    /**
     * A transport to one registry and wherever it redirects to.
     *
     * @param plainAllowed whether the registry itself is reached without encryption
     */
    HttpTransport(RegistrySettings settings, boolean plainAllowed) {
        this.plainAllowed = plainAllowed;
        Timeout stall = Timeout.of(settings.stallTimeout());
        client = HttpClientBuilder.create()
                .useSystemProperties()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .useSystemProperties()
                        .setMaxConnPerRoute(MAX_CONNECTIONS)
                        .setMaxConnTotal(2 * MAX_CONNECTIONS)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(settings.connectTimeout()))
                                .setSocketTimeout(stall)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setResponseTimeout(stall)
                        .setConnectionRequestTimeout(stall)
                        .setContentCompressionEnabled(false)
                        .build())
                .setUserAgent("coffer")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
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
            HttpResponse response = new HttpResponse(request, client.executeOpen(HttpHost.create(at), request, null));
            Optional<String> location = response.header("Location");
            if (!REDIRECTS.contains(response.status()) || location.isEmpty()) {
                return response;
            }
            response.close();
            at = redirected(at, location.get());
        }
        throw new InvalidImageException(uri.getHost() + " redirects more than " + MAX_REDIRECTS + " times");
    }

    private URI redirected(URI from, String location) throws InvalidImageException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException(from.getHost() + " redirects to what is no address", e);
        }
        requireAllowed(to, from.getHost() + " redirects to " + to.getScheme() + "://" + to.getHost());
        return to;
    }

    /** An encrypted registry must not lead to an unencrypted place. */
    void requireAllowed(URI uri, String what) throws InvalidImageException {
        boolean allowed = "https".equals(uri.getScheme()) || (plainAllowed && "http".equals(uri.getScheme()));
        if (!allowed || uri.getHost() == null) {
            throw new InvalidImageException(
                    Fault.REMOTE, what + ", which is refused because the registry itself is encrypted");
        }
    }

    private static boolean isSameOrigin(URI a, URI b) {
        return a.getScheme().equals(b.getScheme()) && a.getAuthority().equals(b.getAuthority());
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
