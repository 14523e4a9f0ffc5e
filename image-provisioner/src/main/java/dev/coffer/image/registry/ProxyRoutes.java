package dev.coffer.image.registry;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.impl.routing.DefaultRoutePlanner;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of {@code https_proxy}, {@code http_proxy} and {@code no_proxy}, lower case before upper case; without them
 * those of the JVM's own properties.
 */
final class ProxyRoutes extends DefaultRoutePlanner {
    private final Optional<HttpHost> plain;
    private final Optional<HttpHost> encrypted;
    private final String exceptions;

    private ProxyRoutes(Optional<HttpHost> plain, Optional<HttpHost> encrypted, String exceptions) {
        super(null);
        this.plain = plain;
        this.encrypted = encrypted;
        this.exceptions = exceptions;
    }

    static HttpRoutePlanner ofEnvironment(Map<String, String> environment) {
        Optional<HttpHost> plain = proxy(environment.get("http_proxy")); // HTTP_PROXY can be set by others, see httpoxy
        Optional<HttpHost> encrypted = proxy(either(environment, "https_proxy"));
        if (plain.isEmpty() && encrypted.isEmpty()) {
            return new SystemDefaultRoutePlanner(null);
        }
        String exceptions = either(environment, "no_proxy");
        return new ProxyRoutes(plain, encrypted, exceptions == null ? "" : exceptions);
    }

    private static @Nullable String either(Map<String, String> environment, String name) {
        String lower = environment.get(name);
        return lower != null ? lower : environment.get(name.toUpperCase(Locale.ROOT));
    }

    private static Optional<HttpHost> proxy(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            return uri.getHost() == null
                    ? Optional.empty()
                    : Optional.of(new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort()));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context) {
        String host = target.getHostName().toLowerCase(Locale.ROOT);
        if (RegistryAddress.isLoopback(host) || isException(host)) {
            return null;
        }
        return ("https".equals(target.getSchemeName()) ? encrypted : plain).orElse(null);
    }

    private boolean isException(String host) {
        for (String part : exceptions.toLowerCase(Locale.ROOT).split(",", -1)) {
            String domain = part.strip().replaceFirst("^\\*?\\.", "");
            if (part.strip().equals("*")
                    || (!domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain)))) {
                return true;
            }
        }
        return false;
    }
}
