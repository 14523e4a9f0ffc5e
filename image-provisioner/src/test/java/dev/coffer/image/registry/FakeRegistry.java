package dev.coffer.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageReference;
import dev.coffer.image.MediaTypes;
import dev.coffer.image.OciImage;
import dev.coffer.image.credentials.CredentialSource;
import dev.coffer.image.source.SourceLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A server on loopback that does what a test tells it, and remembers what it was asked. */
final class FakeRegistry implements AutoCloseable {
    static final RegistrySettings.Patience IMPATIENT =
            new RegistrySettings.Patience(Duration.ofSeconds(2), Duration.ofSeconds(1), 3, Duration.ofMillis(1));

    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    final List<String> bodies = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** What it does with one request. */
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    FakeRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    static RegistrySettings settings(RegistryHosts hosts) {
        return new RegistrySettings(hosts, SourceLimits.DEFAULT, 64 << 10, IMPATIENT);
    }

    void on(String path, Answer answer) {
        server.createContext(path, exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            try (exchange) {
                answer.to(exchange);
            }
        });
    }

    void serve(String repository, OciImage image) {
        byte[] manifest = image.manifest();
        on("/v2/" + repository + "/manifests/", exchange -> sendManifest(exchange, manifest));
        on("/v2/" + repository + "/blobs/", exchange -> sendBlob(exchange, image));
    }

    static void sendManifest(HttpExchange exchange, byte[] manifest) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", MediaTypes.OCI_MANIFEST);
        send(exchange, 200, manifest);
    }

    static void sendBlob(HttpExchange exchange, OciImage image) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] blob = image.blobs().get(Digest.parse(path.substring(path.lastIndexOf('/') + 1)));
        send(exchange, blob == null ? 404 : 200, blob == null ? new byte[0] : blob);
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    static void sendText(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    static void challenge(HttpExchange exchange, String header) throws IOException {
        exchange.getResponseHeaders().set("WWW-Authenticate", header);
        send(exchange, 401, new byte[0]);
    }

    static String authorization(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** The image {@code a/b} with that end. */
    ImageReference.Registry reference(String suffix) {
        return (ImageReference.Registry) ImageReference.parse(host() + "/a/b" + suffix);
    }

    RegistryImage open(String suffix, CredentialSource credentials) {
        return new Registries(settings(RegistryHosts.NONE), credentials).open(reference(suffix), CredentialSource.NONE);
    }

    /** Until the test is over, or far too long. */
    void sleep() {
        try {
            threads.awaitTermination(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
