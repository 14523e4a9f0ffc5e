package dev.coffer.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.coffer.container.Fault;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.MediaTypes;
import dev.coffer.image.OciImage;
import dev.coffer.image.Platform;
import dev.coffer.image.credentials.CredentialSource;
import dev.coffer.image.source.ResolvedImage;
import dev.coffer.image.source.SourceLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryClientTest {
    private static final RegistrySettings.Patience IMPATIENT =
            new RegistrySettings.Patience(Duration.ofSeconds(2), Duration.ofSeconds(1), 3, Duration.ofMillis(1));
    private static final RegistrySettings FAST =
            new RegistrySettings(RegistryHosts.NONE, SourceLimits.DEFAULT, 64 << 10, IMPATIENT);

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final byte[] layer = new byte[200_000];
    private final OciImage image = new OciImage();
    private byte[] manifest = new byte[0];

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        new Random(7).nextBytes(layer);
        image.layer(layer, Digest.of(layer));
        manifest = image.manifest();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** What the server does with one request. */
    private interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    private void on(String path, Answer answer) {
        server.createContext(path, exchange -> {
            requests.add(exchange.getRequestURI().toString());
            try (exchange) {
                answer.to(exchange);
            }
        });
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private void serveImage() {
        on("/v2/a/b/manifests/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", MediaTypes.OCI_MANIFEST);
            send(exchange, 200, manifest);
        });
        on("/v2/a/b/blobs/", this::sendBlob);
    }

    private void sendBlob(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] blob = image.blobs().get(Digest.parse(path.substring(path.lastIndexOf('/') + 1)));
        send(exchange, blob == null ? 404 : 200, blob == null ? new byte[0] : blob);
    }

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private RegistryImage client(String suffix) {
        ImageReference reference = ImageReference.parse(host() + "/a/b" + suffix);
        return new Registries(FAST, CredentialSource.NONE)
                .open((ImageReference.Registry) reference, CredentialSource.NONE);
    }

    private ResolvedImage resolve(String suffix) throws IOException {
        try (RegistryImage client = client(suffix)) {
            return client.resolve(Platform.host());
        }
    }

    private byte[] fetchLayer() throws IOException {
        try (RegistryImage client = client(":1")) {
            Layer wanted = client.resolve(Platform.host()).layers().get(0);
            try (InputStream in = client.open(wanted)) {
                return in.readAllBytes();
            }
        }
    }

    @Test
    void fetchesManifestConfigurationAndLayer() throws IOException {
        serveImage();
        assertThat(resolve(":1").manifest()).isEqualTo(Digest.of(manifest));
        assertThat(resolve(":1").configuration().runtime().command()).containsExactly("true");
        assertThat(fetchLayer()).isEqualTo(layer);
    }

    @Test
    void choosesFromAnIndexAndNamesItsOffer() throws IOException {
        byte[] index = ("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST
                        + "\",\"digest\":\"" + Digest.of(manifest) + "\",\"size\":" + manifest.length
                        + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"ARCH\"}}]}")
                .replace("ARCH", Platform.host().architecture())
                .getBytes(StandardCharsets.UTF_8);
        byte[] other = new String(index, StandardCharsets.UTF_8)
                .replace(Platform.host().architecture(), "riscv64")
                .getBytes(StandardCharsets.UTF_8);
        serveImage();
        on("/v2/a/b/manifests/multi", exchange -> send(exchange, 200, index));
        on("/v2/a/b/manifests/other", exchange -> send(exchange, 200, other));
        assertThat(resolve(":multi").manifest()).isEqualTo(Digest.of(index));
        assertThatThrownBy(() -> resolve(":other")).hasMessageContaining("it offers linux/riscv64");
    }

    @Test
    void sendsATokenOnlyToTheRegistryThatAskedForIt() throws IOException {
        List<String> leaked = new ArrayList<>();
        HttpServer storage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        storage.createContext("/", exchange -> {
            leaked.addAll(exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            try (exchange) {
                sendBlob(exchange);
            }
        });
        storage.start();
        try {
            on("/token", exchange -> send(exchange, 200, "{\"token\":\"secret\"}".getBytes(StandardCharsets.UTF_8)));
            on("/v2/", exchange -> {
                if (!"Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    String challenge = "Bearer scope=\"repository:a/b:pull\", service=\"s t\",realm=\"http://" + host()
                            + "/token\"";
                    exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
                    send(exchange, 401, new byte[0]);
                } else if (exchange.getRequestURI().getPath().contains("/manifests/")) {
                    send(exchange, 200, manifest);
                } else {
                    String digest = exchange.getRequestURI().getPath().replaceAll(".*/", "");
                    String location = "http://127.0.0.1:" + storage.getAddress().getPort() + "/x/" + digest;
                    exchange.getResponseHeaders().set("Location", location);
                    send(exchange, 307, new byte[0]);
                }
            });
            assertThat(fetchLayer()).isEqualTo(layer);
            assertThat(leaked).isEmpty();
            assertThat(requests).contains("/token?service=s+t&scope=repository%3Aa%2Fb%3Apull");
        } finally {
            storage.stop(0);
        }
    }

    @Test
    void resumesABlobWhereTheConnectionBroke() throws IOException {
        List<String> ranges = new CopyOnWriteArrayList<>();
        serveImage();
        on("/v2/a/b/blobs/" + Digest.of(layer), exchange -> {
            String range = exchange.getRequestHeaders().getFirst("Range");
            ranges.add(String.valueOf(range));
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-199999/200000");
            exchange.sendResponseHeaders(range == null ? 200 : 206, layer.length - from);
            exchange.getResponseBody().write(layer, from, Math.min(70_000, layer.length - from));
        });
        assertThat(fetchLayer()).isEqualTo(layer);
        assertThat(ranges).hasSizeGreaterThanOrEqualTo(3).startsWith("null");
        assertThat(ranges.get(1)).startsWith("bytes=").isNotEqualTo("bytes=0-");
    }

    @Test
    void skipsWhatItHasIfTheServerKnowsNoRanges() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        serveImage();
        on("/v2/a/b/blobs/" + Digest.of(layer), exchange -> {
            exchange.sendResponseHeaders(200, layer.length);
            exchange.getResponseBody().write(layer, 0, calls.incrementAndGet() == 1 ? 70_000 : layer.length);
        });
        assertThat(fetchLayer()).isEqualTo(layer);
    }

    @Test
    void givesUpOnABlobThatNeverEnds() {
        serveImage();
        on("/v2/a/b/blobs/" + Digest.of(layer), exchange -> exchange.sendResponseHeaders(200, layer.length));
        assertThatThrownBy(this::fetchLayer).isInstanceOf(IOException.class).hasMessageContaining("3 attempts");
    }

    @Test
    void retriesABusyServerWithinBounds() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        serveImage();
        on("/v2/a/b/manifests/busy", exchange -> {
            int call = calls.incrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "0");
            send(exchange, call == 1 ? 429 : call == 2 ? 503 : 200, call < 3 ? new byte[0] : manifest);
        });
        on("/v2/a/b/manifests/down", exchange -> send(exchange, 503, new byte[0]));
        assertThat(resolve(":busy").manifest()).isEqualTo(Digest.of(manifest));
        assertThatThrownBy(() -> resolve(":down")).hasMessageContaining("status 503 (3 attempts)");
        assertThat(requests.stream().filter(r -> r.endsWith("down"))).hasSize(3);
    }

    @Test
    void doesNotWaitForeverForAStalledServer() {
        on("/v2/a/b/manifests/stalled", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                threads.awaitTermination(20, java.util.concurrent.TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        long start = System.nanoTime();
        assertThatThrownBy(() -> resolve(":stalled")).isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void refusesWhatDoesNotMatchItsDigest() {
        serveImage();
        Digest pinned = Digest.of(new byte[] {1});
        assertThatThrownBy(() -> resolve("@" + pinned))
                .hasMessageContaining("manifest " + pinned + " has another digest");
        on("/v2/a/b/manifests/lies", exchange -> {
            exchange.getResponseHeaders().set("Docker-Content-Digest", pinned.toString());
            send(exchange, 200, manifest);
        });
        assertThatThrownBy(() -> resolve(":lies")).hasMessageContaining("announces manifest " + pinned);
        for (Map.Entry<Digest, byte[]> blob : image.blobs().entrySet()) {
            blob.getValue()[blob.getValue().length / 2] ^= 1;
        }
        assertThatThrownBy(() -> resolve(":1")).hasMessageContaining("has another digest");
    }

    @Test
    void refusesGiantAndStrangeManifests() {
        on("/v2/a/b/manifests/giant", exchange -> exchange.sendResponseHeaders(200, 1L << 40));
        on("/v2/a/b/manifests/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 12; i++) {
                exchange.getResponseBody().write(new byte[1 << 20]);
            }
        });
        on(
                "/v2/a/b/manifests/old",
                exchange ->
                        send(exchange, 200, "{\"schemaVersion\":1,\"name\":\"a/b\"}".getBytes(StandardCharsets.UTF_8)));
        on("/v2/a/b/manifests/html", exchange -> send(exchange, 200, "<html>".getBytes(StandardCharsets.UTF_8)));
        assertThatThrownBy(() -> resolve(":giant")).hasMessageContaining("--image_max_document");
        assertThatThrownBy(() -> resolve(":endless")).hasMessageContaining("--image_max_document");
        assertThatThrownBy(() -> resolve(":old")).hasMessageContaining("schema 1");
        assertThatThrownBy(() -> resolve(":html")).hasMessageContaining("not JSON");
    }

    @Test
    void saysWhatWasNotFoundOrDenied() {
        on("/v2/a/b/manifests/none", exchange -> send(exchange, 404, new byte[0]));
        on("/v2/a/b/manifests/denied", exchange -> send(exchange, 403, new byte[0]));
        on("/v2/a/b/manifests/basic", exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
            send(exchange, 401, new byte[0]);
        });
        for (Map.Entry<String, String> expected : Map.of(
                        "none", "has no /v2/a/b/manifests/none (status 404)",
                        "denied", "denies access (status 403)",
                        "basic", "asks for a user and a password, and there is none for it")
                .entrySet()) {
            assertThatThrownBy(() -> resolve(":" + expected.getKey()))
                    .isInstanceOfSatisfying(
                            InvalidImageException.class,
                            e -> assertThat(e.fault()).isEqualTo(Fault.USER_SPEC))
                    .hasMessageContaining(expected.getValue());
        }
    }

    @Test
    void endsRedirectLoops() {
        on("/v2/a/b/manifests/loop", exchange -> {
            exchange.getResponseHeaders().set("Location", "/v2/a/b/manifests/loop");
            send(exchange, 302, new byte[0]);
        });
        assertThatThrownBy(() -> resolve(":loop")).hasMessageContaining("redirects more than 5 times");
    }
}
