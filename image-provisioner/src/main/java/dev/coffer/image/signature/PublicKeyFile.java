package dev.coffer.image.signature;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;

/** A public key in PEM, as {@code cosign generate-key-pair} writes it. Thread-safe. */
final class PublicKeyFile {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int LEAST_RSA_BITS = 2048;
    private static final long MAX_BYTES = 64 << 10;
    /** The kinds of keys there are, and what cosign signs with by each. */
    private static final Map<String, String> ALGORITHMS =
            Map.of("EC", "SHA256withECDSA", "RSA", "SHA256withRSA", "Ed25519", "Ed25519");

    private final Path file;
    private final PublicKey key;
    private final String algorithm;

    private PublicKeyFile(Path file, PublicKey key, String algorithm) {
        this.file = file;
        this.key = key;
        this.algorithm = algorithm;
    }

    static PublicKeyFile read(Path file) throws InvalidImageException {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                throw unusable(file, "it is no file of a key");
            }
            return of(file, Files.readString(file, StandardCharsets.US_ASCII));
        } catch (InvalidImageException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(file, "it cannot be read");
        }
    }

    private static PublicKeyFile of(Path file, String text) throws InvalidImageException {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin) {
            throw unusable(file, "it is not PEM of a public key");
        }
        byte[] encoded;
        try {
            encoded = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
        } catch (IllegalArgumentException e) {
            throw unusable(file, "it is not PEM of a public key");
        }
        for (Map.Entry<String, String> algorithm : ALGORITHMS.entrySet()) {
            try {
                PublicKey key =
                        KeyFactory.getInstance(algorithm.getKey()).generatePublic(new X509EncodedKeySpec(encoded));
                if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
                    throw unusable(file, "an RSA key needs " + LEAST_RSA_BITS + " bits");
                }
                return new PublicKeyFile(file, key, algorithm.getValue());
            } catch (GeneralSecurityException anotherKind) {
                // perhaps the next
            }
        }
        throw unusable(file, "it is neither an ECDSA, an RSA nor an Ed25519 key");
    }

    private static InvalidImageException unusable(Path file, String cause) {
        return new InvalidImageException(
                Fault.HOST_SETUP, "cannot use key " + file + " of --image_signatures: " + cause);
    }

    boolean verifies(byte[] payload, byte[] signature) {
        try {
            Signature check = Signature.getInstance(algorithm);
            check.initVerify(key);
            check.update(payload);
            return check.verify(signature);
        } catch (GeneralSecurityException notASignatureOfThisKind) {
            return false;
        }
    }

    /** The key itself, to tell it from another in the same file. */
    byte[] encoded() {
        return key.getEncoded();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
