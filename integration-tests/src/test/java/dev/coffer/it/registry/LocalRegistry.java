package dev.coffer.it.registry;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Debian's docker-registry on a loopback port, with its data in a directory of the test. */
final class LocalRegistry implements AutoCloseable {
    private final Process process;
    private final String address;
    private final String readiness;

    LocalRegistry(Path directory) throws IOException {
        this(directory, "", "");
    }

    /**
     * A registry that is set up in another way, on the data of the others in that directory.
     *
     * @param tls {@code certificate: ..., key: ...}, or empty
     * @param auth a section of its configuration, or empty
     */
    LocalRegistry(Path directory, String tls, String auth) throws IOException {
        address = "127.0.0.1:" + freePort();
        readiness = tls.isEmpty() && auth.isEmpty() ? "200" : tls.isEmpty() ? "401" : "400";
        Path config = directory.resolve("registry-" + address + ".yml");
        Files.writeString(
                config,
                "version: 0.1\nlog: {level: error}\nstorage:\n  filesystem: {rootdirectory: "
                        + directory.resolve("registry") + "}\nhttp: {addr: '" + address + "'"
                        + (tls.isEmpty() ? "" : ", tls: {" + tls + "}") + "}\n" + auth);
        process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(directory.resolve("registry.log").toFile()))
                .start();
        await("registry at " + address).until(this::answers);
    }

    String address() {
        return address;
    }

    /** Pushes with skopeo. */
    void push(String source, String name) throws IOException, InterruptedException {
        Process skopeo = new ProcessBuilder(List.of(
                        "skopeo",
                        "copy",
                        "--insecure-policy",
                        "--dest-tls-verify=false",
                        source,
                        "docker://" + address + "/" + name))
                .redirectErrorStream(true)
                .start();
        String output = new String(skopeo.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (skopeo.waitFor() != 0) {
            throw new IOException("skopeo cannot push " + source + ": " + output);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + address + "/v2/").toURL().openConnection();
            return readiness.equals(String.valueOf(connection.getResponseCode()));
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
