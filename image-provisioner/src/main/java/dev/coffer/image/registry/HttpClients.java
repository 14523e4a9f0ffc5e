package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TrustAllStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.Timeout;

/** One HTTP client for each way to trust a server: most pulls need one. Thread-safe. */
final class HttpClients implements Closeable {
    private static final int MAX_CONNECTIONS = 4;
    private static final int MAX_HEADER_LINES = 200;

    private final RegistrySettings settings;
    private final DnsResolver names;
    private final Map<String, CloseableHttpClient> clients = new HashMap<>();

    HttpClients(RegistrySettings settings, DnsResolver names) {
        this.settings = settings;
        this.names = names;
    }

    /** The client for that place. */
    synchronized CloseableHttpClient of(URI uri) throws IOException {
        RegistryHosts.Rules rules = settings.hosts().of(hostOf(uri));
        String trust =
                rules.skipVerify() ? "nobody" : rules.ca().map(Path::toString).orElse("");
        CloseableHttpClient known = clients.get(trust);
        if (known == null) {
            known = make(rules);
            clients.put(trust, known);
        }
        return known;
    }

    private static String hostOf(URI uri) {
        return uri.getAuthority().equals("registry-1.docker.io") ? "docker.io" : uri.getAuthority();
    }

    private CloseableHttpClient make(RegistryHosts.Rules rules) throws IOException {
        Timeout stall = Timeout.of(settings.patience().stall());
        PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                .useSystemProperties()
                .setDnsResolver(names)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(Http1Config.custom()
                                .setMaxHeaderCount(MAX_HEADER_LINES)
                                .setMaxLineLength(settings.maxHeaderBytes())
                                .build())
                        .build())
                .setMaxConnPerRoute(MAX_CONNECTIONS)
                .setMaxConnTotal(2 * MAX_CONNECTIONS)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(Timeout.of(settings.patience().connect()))
                        .setSocketTimeout(stall)
                        .build());
        trust(connections, rules);
        return HttpClientBuilder.create()
                .useSystemProperties()
                .setRoutePlanner(ProxyRoutes.ofEnvironment(settings.environment()))
                .setConnectionManager(connections.build())
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

    private static void trust(PoolingHttpClientConnectionManagerBuilder connections, RegistryHosts.Rules rules)
            throws IOException {
        try {
            if (rules.skipVerify()) {
                SSLContext anybody = SSLContexts.custom()
                        .loadTrustMaterial(TrustAllStrategy.INSTANCE)
                        .build();
                connections.setTlsSocketStrategy(ClientTlsStrategyBuilder.create()
                        .setSslContext(anybody)
                        .setHostVerificationPolicy(HostnameVerificationPolicy.CLIENT)
                        .setHostnameVerifier(NoopHostnameVerifier.INSTANCE)
                        .buildClassic());
            } else if (rules.ca().isPresent()) {
                SSLContext own = SSLContexts.custom()
                        .loadTrustMaterial(authorities(rules.ca().get()), null)
                        .build();
                connections.setTlsSocketStrategy(
                        ClientTlsStrategyBuilder.create().setSslContext(own).buildClassic());
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static KeyStore authorities(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
            if (number == 0) {
                throw unusable(file, "it holds no certificate");
            }
            return store;
        } catch (GeneralSecurityException e) {
            throw unusable(file, "it is not PEM");
        } catch (IOException e) {
            throw e instanceof InvalidImageException ? e : unusable(file, "it cannot be read");
        }
    }

    private static InvalidImageException unusable(Path file, String cause) {
        return new InvalidImageException(
                Fault.HOST_SETUP, "cannot use ca " + file + " of --image_registries: " + cause);
    }

    @Override
    public synchronized void close() throws IOException {
        for (CloseableHttpClient client : clients.values()) {
            client.close();
        }
    }
}
