package dev.coffer.it.registry;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Puts into a registry what cosign would put there to sign an image.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign's signatures</a>
 */
final class PushedSignature {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String repository;

    /** Into a repository, {@code http://host:port/v2/name}. */
    PushedSignature(String repository) {
        this.repository = repository;
    }

    static void writePublicKey(KeyPair pair, Path file) throws IOException {
        String key = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(pair.getPublic().getEncoded());
        Files.writeString(file, "-----BEGIN PUBLIC KEY-----\n" + key + "\n-----END PUBLIC KEY-----\n");
    }

    void sign(String digest, KeyPair pair) throws IOException, InterruptedException, GeneralSecurityException {
        byte[] payload = bytes("{\"critical\":{\"identity\":{\"docker-reference\":\"\"},\"image\":{"
                + "\"docker-manifest-digest\":\"" + digest
                + "\"},\"type\":\"cosign container image signature\"},\"optional\":null}");
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(payload);
        String signed = Base64.getEncoder().encodeToString(signature.sign());
        String manifest =
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                        + pushed(bytes("{}"), "application/vnd.oci.image.config.v1+json", "")
                        + ",\"layers\":["
                        + pushed(
                                payload,
                                "application/vnd.dev.cosign.simplesigning.v1+json",
                                ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\"" + signed + "\"}")
                        + "]}";
        HttpRequest put = HttpRequest.newBuilder(
                        URI.create(repository + "/manifests/" + digest.replace(':', '-') + ".sig"))
                .header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
                .PUT(BodyPublishers.ofString(manifest))
                .build();
        require(send(put), 201);
    }

    /** Its descriptor. */
    private String pushed(byte[] blob, String mediaType, String more)
            throws IOException, InterruptedException, GeneralSecurityException {
        String digest = "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(blob));
        HttpResponse<String> begun = send(HttpRequest.newBuilder(URI.create(repository + "/blobs/uploads/"))
                .POST(BodyPublishers.noBody())
                .build());
        require(begun, 202);
        String location = begun.headers().firstValue("Location").orElseThrow();
        String mark = location.contains("?") ? "&" : "?";
        HttpRequest put = HttpRequest.newBuilder(URI.create(repository).resolve(location + mark + "digest=" + digest))
                .PUT(BodyPublishers.ofByteArray(blob))
                .build();
        require(send(put), 201);
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + blob.length + more
                + "}";
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString());
    }

    private static void require(HttpResponse<String> answer, int status) throws IOException {
        if (answer.statusCode() != status) {
            throw new IOException(answer.uri() + " answers " + answer.statusCode() + ": " + answer.body());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
