package dev.coffer.image.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageReference;
import dev.coffer.image.OciImage;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.TarBytes;
import dev.coffer.image.credentials.CredentialSource;
import dev.coffer.image.registry.Registries;
import dev.coffer.image.registry.RegistryHosts;
import dev.coffer.image.registry.RegistrySettings;
import dev.coffer.image.source.SourceLimits;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A registry that does wrong what one can: each pull ends with the whole image or with none, and the next succeeds. */
class FaultyRegistryKernelIT {
    private static final int HALF = 150_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final OciImage image = new OciImage();
    private final AtomicInteger faultsLeft = new AtomicInteger();
    private byte[] manifest = new byte[0];
    private byte[] layer = new byte[0];
    private volatile Fault fault = Fault.RESET;

    @SuppressWarnings("NullAway.Init")
    private ServerSocket server;

    @SuppressWarnings("NullAway.Init")
    private ImageStore store;

    /** What it does instead of sending a layer. */
    private enum Fault {
        RESET("HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\n\r\n", true),
        CLOSE("HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\n\r\n", true),
        STALL("HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\n\r\n", true),
        STALL_BEFORE_THE_HEADER("", false),
        ANNOUNCE_LESS("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", true),
        ANNOUNCE_MORE("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", true),
        END_BY_CLOSING("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", true),
        BROKEN_CHUNKS("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", true),
        NO_HTTP("hello\r\n\r\n", false),
        WRONG_RANGE("HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/10\r\nContent-Length: LENGTH\r\n\r\n", true),
        BUSY("HTTP/1.1 429 Slow down\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", false),
        BROKEN("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", false),
        DOWN("HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n", false);

        private final String header;
        private final boolean sendsHalf;

        Fault(String header, boolean sendsHalf) {
            this.header = header;
            this.sendsHalf = sendsHalf;
        }
    }

    @BeforeEach
    void start() throws IOException {
        byte[] content = new byte[300_000];
        new Random(5).nextBytes(content);
        byte[] tar = new TarBytes()
                .file("file", new String(content, StandardCharsets.ISO_8859_1))
                .toBytes();
        image.layer(tar);
        manifest = image.manifest();
        layer = image.blobs().values().stream()
                .filter(blob -> blob.length > 100_000)
                .findFirst()
                .orElseThrow();
        store = ImageStore.open(directory.resolve("store"));
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    /** One request for each connection. */
    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String path = String.valueOf(in.readLine()).split(" ", -1)[1];
            int from = 0;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                if (line.startsWith("Range: bytes=")) {
                    from = Integer.parseInt(line.replaceAll("\\D", ""));
                }
            }
            byte[] body = path.contains("/manifests/")
                    ? manifest
                    : image.blobs().get(Digest.parse(path.substring(path.lastIndexOf('/') + 1)));
            if (body == layer && faultsLeft.getAndDecrement() > 0) {
                fail(socket, from);
            } else {
                answer(socket.getOutputStream(), java.util.Objects.requireNonNull(body), from);
            }
        } catch (IOException gone) {
            return; // the client has had enough
        }
    }

    private static void answer(OutputStream out, byte[] body, int from) throws IOException {
        String status = from == 0
                ? "200 OK"
                : "206 Partial\r\nContent-Range: bytes " + from + "-" + (body.length - 1) + "/" + body.length;
        out.write(
                ("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: " + (body.length - from) + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        out.write(body, from, body.length - from);
        out.flush();
    }

    private void fail(Socket socket, int from) throws IOException {
        OutputStream out = socket.getOutputStream();
        int length = layer.length - from;
        out.write(fault.header.replace("LENGTH", String.valueOf(length)).getBytes(StandardCharsets.US_ASCII));
        if (fault.sendsHalf) {
            out.write(layer, from, Math.min(HALF / 2, length / 2));
        }
        out.flush();
        if (fault == Fault.RESET) {
            socket.setSoLinger(true, 0);
        } else if (fault == Fault.STALL || fault == Fault.STALL_BEFORE_THE_HEADER) {
            try {
                threads.awaitTermination(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private StoredImage pull() {
        RegistrySettings.Patience impatient =
                new RegistrySettings.Patience(Duration.ofSeconds(2), Duration.ofMillis(300), 5, Duration.ofMillis(1));
        Registries registries = new Registries(
                new RegistrySettings(RegistryHosts.NONE, SourceLimits.DEFAULT, 64 << 10, impatient),
                CredentialSource.NONE);
        SourceOpener sources = reference -> registries.open((ImageReference.Registry) reference, CredentialSource.NONE);
        return new ImagePuller(store, sources, UnpackLimits.DEFAULT, Clock.systemUTC())
                .pull("127.0.0.1:" + server.getLocalPort() + "/a/b:1", PullPolicy.ALWAYS, ProgressListener.SILENT);
    }

    private void assertComplete(StoredImage pulled) throws IOException {
        assertThat(store.layout().layer(pulled.layers().get(0)).resolve("file")).isRegularFile();
        assertThat(Files.size(store.layout().layer(pulled.layers().get(0)).resolve("file")))
                .isGreaterThanOrEqualTo(300_000);
        assertThat(store.images()).hasSize(1);
        assertThat(store.layout().staging()).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource
    void aFaultThatPassesIsNotSeen(Fault kind) throws IOException {
        fault = kind;
        faultsLeft.set(2);
        assertComplete(pull());
    }

    @ParameterizedTest
    @EnumSource
    void aFaultThatStaysLeavesNothingAndTheNextPullSucceeds(Fault kind) throws IOException {
        fault = kind;
        faultsLeft.set(Integer.MAX_VALUE);
        assertThatThrownBy(this::pull)
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("127.0.0.1:" + server.getLocalPort())
                .hasMessageContaining("layer sha256:");
        assertThat(store.images()).isEmpty();
        assertThat(store.layout().staging()).isEmptyDirectory();
        faultsLeft.set(0);
        assertComplete(pull());
    }
}
