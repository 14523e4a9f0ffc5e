package dev.coffer.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/** The documents and blobs of a small image, made in memory. */
public final class OciImage {
    private final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    private final StringJoiner layers = new StringJoiner(",");
    private final StringJoiner diffIds = new StringJoiner(",");
    private String architecture = Platform.host().architecture();
    private String config = "{\"Cmd\":[\"true\"],\"Env\":[\"A=b\"],\"User\":\"1:2\"}";

    public OciImage architecture(String name) {
        architecture = name;
        return this;
    }

    public OciImage config(String json) {
        config = json;
        return this;
    }

    /** A gzip layer. */
    public OciImage layer(byte[] tar) {
        return layer(TarBytes.gzip(tar), Digest.of(tar));
    }

    /** A layer whose diff id need not be true. */
    public OciImage layer(byte[] blob, Digest diffId) {
        layers.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", add(blob), blob.length));
        diffIds.add("\"" + diffId + "\"");
        return this;
    }

    private Digest add(byte[] blob) {
        Digest digest = Digest.of(blob);
        blobs.put(digest, blob);
        return digest;
    }

    private static String descriptor(String type, Digest digest, long size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    /** The manifest; its configuration is among the blobs afterwards. */
    public byte[] manifest() {
        byte[] document = ("{\"os\":\"linux\",\"architecture\":\"" + architecture + "\",\"config\":" + config
                        + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        String configuration = descriptor("application/vnd.oci.image.config.v1+json", add(document), document.length);
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":" + configuration
                        + ",\"layers\":[" + layers + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    public Map<Digest, byte[]> blobs() {
        return blobs;
    }

    /** Writes an OCI layout with this one image, named {@code latest}. */
    public Path write(Path directory) throws IOException {
        byte[] manifest = manifest();
        Digest digest = add(manifest);
        Path sha256 = Files.createDirectories(directory.resolve("blobs/sha256"));
        for (Map.Entry<Digest, byte[]> blob : blobs.entrySet()) {
            Files.write(sha256.resolve(blob.getKey().hex()), blob.getValue());
        }
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        String entry = descriptor(MediaTypes.OCI_MANIFEST, digest, manifest.length);
        Files.writeString(
                directory.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[" + entry.substring(0, entry.length() - 1) + ",\"annotations\":{\""
                        + ImageIndex.REF_NAME + "\":\"latest\"}}]}");
        return directory;
    }
}
