package dev.coffer.image.credentials;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What proves to one registry who asks. Equal ones are the same tenant; their text does not have the secret. */
public sealed interface Credential {
    Credential NONE = new Anonymous();

    /** Nobody. */
    record Anonymous() implements Credential {}

    /** A name and a password. */
    record Basic(String user, String password) implements Credential {
        /** The value of an {@code Authorization} header. */
        public String header() {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return "password of a user";
        }
    }

    /** What a token server gives tokens for, instead of a password. */
    record IdentityToken(String token) implements Credential {
        @Override
        public String toString() {
            return "identity token";
        }
    }

    /** What the registry itself takes. */
    record RegistryToken(String token) implements Credential {
        @Override
        public String toString() {
            return "registry token";
        }
    }
}
