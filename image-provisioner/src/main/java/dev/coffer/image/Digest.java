package dev.coffer.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content digest such as {@code sha256:<64 hex digits>}.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests">OCI digests</a>
 */
public record Digest(Algorithm algorithm, String hex) {
    /** The registered algorithms. */
    public enum Algorithm {
        SHA256("sha256", "SHA-256", 64),
        SHA512("sha512", "SHA-512", 128);

        private final String prefix;
        private final String javaName;
        private final int digits;

        Algorithm(String prefix, String javaName, int digits) {
            this.prefix = prefix;
            this.javaName = javaName;
            this.digits = digits;
        }

        public MessageDigest start() {
            try {
                return MessageDigest.getInstance(javaName);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this JVM lacks " + javaName, e);
            }
        }
    }

    public Digest {
        if (hex.length() != algorithm.digits) {
            throw new IllegalArgumentException(
                    algorithm.prefix + " digest must have " + algorithm.digits + " hex digits, has " + hex.length());
        }
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                throw new IllegalArgumentException("digest must consist of lower-case hex digits");
            }
        }
    }

    /**
     * Reads {@code algorithm:hex}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static Digest parse(String text) {
        for (Algorithm algorithm : Algorithm.values()) {
            if (text.startsWith(algorithm.prefix + ":")) {
                return new Digest(algorithm, text.substring(algorithm.prefix.length() + 1));
            }
        }
        String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
        throw new IllegalArgumentException(
                "'" + shown.replaceAll("\\p{Cntrl}", "?") + "' is not a sha256 or sha512 digest");
    }

    public static Digest of(byte[] content) {
        return finish(Algorithm.SHA256, Algorithm.SHA256.start().digest(content));
    }

    /** The digest of the same algorithm as this one. */
    public boolean matches(byte[] content) {
        return equals(finish(algorithm, algorithm.start().digest(content)));
    }

    /** From what {@link Algorithm#start} gave at its end. */
    public static Digest finish(Algorithm algorithm, byte[] hash) {
        return new Digest(algorithm, HexFormat.of().formatHex(hash));
    }

    public String algorithmName() {
        return algorithm.prefix;
    }

    @Override
    public String toString() {
        return algorithm.prefix + ":" + hex;
    }
}
