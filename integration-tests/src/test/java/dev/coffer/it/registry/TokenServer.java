package dev.coffer.it.registry;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A token server that knows one user, and signs tokens that docker-registry takes. */
final class TokenServer implements AutoCloseable {
    private final HttpServer server;
    private final PrivateKey key;
    private final String certificate;
    private final String authorization;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile int lifetimeSeconds = 300;

    /**
     * A token server.
     *
     * @param certificate the registry trusts what its key signs
     */
    TokenServer(Path key, Path certificate, String user, String password) throws IOException, GeneralSecurityException {
        this.key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der(key)));
        this.certificate = Base64.getEncoder().encodeToString(der(certificate));
        this.authorization =
                "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/token", exchange -> {
            requests.add(exchange.getRequestURI().toString());
            boolean known = authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] answer = known ? token(exchange.getRequestURI().getRawQuery()) : new byte[0];
            exchange.sendResponseHeaders(known ? 200 : 401, known ? answer.length : -1);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    private static byte[] der(Path pem) throws IOException {
        String text = Files.readString(pem).replaceAll("-----[A-Z ]+-----", "");
        return Base64.getMimeDecoder().decode(text);
    }

    /** The section of a registry's configuration. */
    String configuration(Path certificate) {
        return "auth:\n  token:\n    realm: http://127.0.0.1:"
                + server.getAddress().getPort()
                + "/token\n    service: test-registry\n    issuer: test-issuer\n    rootcertbundle: " + certificate
                + "\n";
    }

    void giveTokensFor(int seconds) {
        lifetimeSeconds = seconds;
    }

    List<String> requests() {
        return requests;
    }

    private byte[] token(String query) throws IOException {
        String scope = "";
        for (String parameter : query.split("&", -1)) {
            if (parameter.startsWith("scope=")) {
                scope = URLDecoder.decode(parameter.substring("scope=".length()), StandardCharsets.UTF_8);
            }
        }
        String name = scope.split(":", -1)[1];
        long now = Instant.now().getEpochSecond();
        String header = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + certificate + "\"]}";
        String claims = "{\"iss\":\"test-issuer\",\"sub\":\"alice\",\"aud\":\"test-registry\",\"exp\":"
                + (now + lifetimeSeconds) + ",\"nbf\":" + (now - 10) + ",\"iat\":" + now + ",\"jti\":\"" + now
                + "\",\"access\":[{\"type\":\"repository\",\"name\":\"" + name + "\",\"actions\":[\"pull\"]}]}";
        String signed =
                base64(header.getBytes(StandardCharsets.UTF_8)) + "." + base64(claims.getBytes(StandardCharsets.UTF_8));
        String token = signed + "." + base64(signature(signed));
        return ("{\"access_token\":\"" + token + "\",\"expires_in\":" + lifetimeSeconds + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] signature(String text) throws IOException {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot sign", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
