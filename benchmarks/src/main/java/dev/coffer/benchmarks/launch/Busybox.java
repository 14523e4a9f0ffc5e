package dev.coffer.benchmarks.launch;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/**
 * The root file system that everybody runs, in every form that somebody wants: a directory, a tar file, OCI layouts.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>
 */
final class Busybox {
    static final String TAG = "bench";
    private static final List<String> APPLETS = List.of("true", "sleep", "sh");
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

    private final Path directory;

    private Busybox(Path directory) {
        this.directory = directory;
    }

    /** Makes all forms below {@code directory}. */
    static Busybox make(Path directory) throws IOException, InterruptedException {
        Busybox made = new Busybox(directory);
        Path program = Programs.find("busybox")
                .orElseThrow(() -> new IOException("cannot find busybox; apt-get install busybox-static"));
        for (String name : List.of("bin", "proc", "sys", "dev", "tmp", "etc")) {
            Files.createDirectories(made.root().resolve(name));
        }
        Files.copy(program, made.root().resolve("bin/busybox"));
        Programs.require("chmod", "755", made.root().resolve("bin/busybox").toString());
        for (String applet : APPLETS) {
            Files.createSymbolicLink(made.root().resolve("bin").resolve(applet), Path.of("busybox"));
        }
        made.pack(made.root(), made.tar());
        made.writeLayout("one", 1);
        made.writeLayout("twenty", 20);
        Programs.require(
                "tar",
                "-C",
                made.layout("one").toString(),
                "-cf",
                made.archive().toString(),
                ".");
        return made;
    }

    /** How to call an applet: by the image's own link, or on the host's files by busybox itself. */
    static List<String> command(boolean image, String... applet) {
        List<String> command = new ArrayList<>();
        if (!image) {
            command.add("/bin/busybox");
            command.addAll(List.of(applet));
            return command;
        }
        command.add("/bin/" + applet[0]);
        command.addAll(List.of(applet).subList(1, applet.length));
        return command;
    }

    Path root() {
        return directory.resolve("root");
    }

    Path tar() {
        return directory.resolve("root.tar");
    }

    /** An OCI layout as one tar file. */
    Path archive() {
        return directory.resolve("oci.tar");
    }

    private Path layout(String name) {
        return directory.resolve("oci-" + name);
    }

    String reference() {
        return "oci:" + layout("one") + ":" + TAG;
    }

    String referenceOfTwentyLayers() {
        return "oci:" + layout("twenty") + ":" + TAG;
    }

    private void pack(Path from, Path to) throws IOException, InterruptedException {
        Programs.require("tar", "-C", from.toString(), "--sort=name", "-cf", to.toString(), ".");
    }

    private void writeLayout(String name, int layers) throws IOException, InterruptedException {
        Path blobs = Files.createDirectories(layout(name).resolve("blobs/sha256"));
        List<String> digests = new ArrayList<>();
        List<String> descriptors = new ArrayList<>();
        for (int i = 0; i < layers; i++) {
            Path tar = i == 0 ? tar() : smallLayer(name, i);
            String descriptor = putBlob(blobs, Files.readAllBytes(tar), LAYER_TYPE);
            descriptors.add(descriptor);
            digests.add("\"sha256:" + sha256(Files.readAllBytes(tar)) + "\"");
        }
        String config = """
                {"architecture":"%s","os":"linux","config":{"Cmd":["/bin/true"],"Env":["PATH=/bin"]},\
                "rootfs":{"type":"layers","diff_ids":[%s]}}""".formatted(architecture(), String.join(",", digests));
        String manifest =
                """
                {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}""".formatted(MANIFEST_TYPE, putBlob(blobs, bytes(config), CONFIG_TYPE), String.join(",", descriptors));
        String tagged = putBlob(blobs, bytes(manifest), MANIFEST_TYPE)
                .replaceFirst(
                        "}$",
                        ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + TAG
                                + "\",\"io.containerd.image.name\":\"localhost/coffer:bench\"}}");
        Files.writeString(
                layout(name).resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + tagged + "]}",
                StandardCharsets.UTF_8);
        Files.writeString(layout(name).resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    /** A layer of one file, different from every other. */
    private Path smallLayer(String name, int number) throws IOException, InterruptedException {
        Path content =
                Files.createDirectories(directory.resolve("layers-" + name).resolve(Integer.toString(number)));
        Files.createDirectories(content.resolve("etc"));
        Files.writeString(content.resolve("etc/layer" + number), "layer " + number + "\n");
        Path tar = content.resolveSibling(number + ".tar");
        pack(content, tar);
        return tar;
    }

    /** Stores a blob and returns its descriptor. */
    private static String putBlob(Path blobs, byte[] content, String type) throws IOException {
        String digest = sha256(content);
        Files.write(blobs.resolve(digest), content);
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"sha256:" + digest + "\",\"size\":" + content.length + "}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return "%064x".formatted(new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String architecture() {
        String name = System.getProperty("os.arch");
        return name.equals("aarch64") ? "arm64" : "amd64";
    }
}
