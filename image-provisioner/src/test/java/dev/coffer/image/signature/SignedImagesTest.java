package dev.coffer.image.signature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.Fault;
import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.Platform;
import dev.coffer.image.registry.RegistryImage;
import dev.coffer.image.source.ResolvedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignedImagesTest {
    private static final Digest MANIFEST = Digest.of("the manifest".getBytes(StandardCharsets.UTF_8));
    private static final String CLAIM = "cosign container image signature";
    private static final ImageReference REFERENCE = ImageReference.parse("reg.example/prod/app:1");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final FakeImage image = new FakeImage();

    @SuppressWarnings("NullAway.Init")
    private KeyPair key;

    /** A registry in memory that has one image and what is said of it. */
    private static final class FakeImage implements RegistryImage {
        private final Map<Digest, byte[]> blobs = new HashMap<>();
        private final List<String> layers = new ArrayList<>();
        private boolean asReferrer;

        void sign(byte[] payload, byte[] signature) {
            Digest digest = Digest.of(payload);
            blobs.put(digest, payload);
            layers.add("{\"mediaType\":\"application/vnd.dev.cosign.simplesigning.v1+json\",\"digest\":\"" + digest
                    + "\",\"size\":" + payload.length + ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\""
                    + Base64.getEncoder().encodeToString(signature) + "\"}}");
        }

        private byte[] signatures() {
            return ("{\"schemaVersion\":2,\"config\":{\"digest\":\"" + MANIFEST + "\",\"size\":1},\"layers\":["
                            + String.join(",", layers) + "]}")
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public ResolvedImage resolve(Platform platform) throws IOException {
            return new ResolvedImage(
                    MANIFEST,
                    MANIFEST,
                    dev.coffer.image.ImageConfiguration.parse("{}".getBytes(StandardCharsets.UTF_8)),
                    List.of());
        }

        @Override
        public Optional<byte[]> findManifest(String tag) {
            assertThat(tag).isEqualTo("sha256-" + MANIFEST.hex() + ".sig");
            return layers.isEmpty() || asReferrer ? Optional.empty() : Optional.of(signatures());
        }

        @Override
        public List<Descriptor> referrers(Digest subject, String artifactType) {
            assertThat(subject).isEqualTo(MANIFEST);
            return asReferrer
                    ? List.of(new Descriptor(
                            "", Digest.of(signatures()), 1, Map.of(), Optional.empty(), Optional.of(artifactType)))
                    : List.of();
        }

        @Override
        public byte[] manifest(Descriptor descriptor) {
            return signatures();
        }

        @Override
        public byte[] blob(Descriptor descriptor) {
            return java.util.Objects.requireNonNull(blobs.get(descriptor.digest()));
        }

        @Override
        public InputStream open(Layer layer) {
            return new ByteArrayInputStream(new byte[0]);
        }

        @Override
        public InputStream open(Layer layer, long from) {
            return open(layer);
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void makeAKey() throws GeneralSecurityException, IOException {
        key = newKey("EC", 256);
        write(key, "key.pub");
    }

    private static KeyPair newKey(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        return generator.generateKeyPair();
    }

    private void write(KeyPair pair, String name) throws IOException {
        Files.writeString(
                directory.resolve(name),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    private static byte[] payload(String type, String digest) {
        return ("{\"critical\":{\"identity\":{\"docker-reference\":\"reg.example/prod/app\"},\"image\":{"
                        + "\"docker-manifest-digest\":\"" + digest + "\"},\"type\":\"" + type
                        + "\"},\"optional\":null}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void sign(String algorithm, KeyPair pair, byte[] payload) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(pair.getPrivate());
        signature.update(payload);
        image.sign(payload, signature.sign());
    }

    private SignedImages images(String policy) throws IOException {
        String json = policy.replace('\'', '"').replace("DIR", directory.toString());
        return new SignedImages(
                SignaturePolicy.parse(json.getBytes(StandardCharsets.UTF_8)),
                Optional.of(directory.resolve("verified")));
    }

    private void pull() throws IOException {
        SignedImages images = images("{'reg.example':{'keys':['DIR/key.pub']}}");
        images.requirePossible(REFERENCE);
        images.checked(REFERENCE, image).resolve(Platform.host());
    }

    private void assertRefused(String cause) {
        assertThatThrownBy(this::pull)
                .isInstanceOfSatisfying(
                        InvalidImageException.class, e -> assertThat(e.fault()).isEqualTo(Fault.USER_SPEC))
                .hasMessageContaining("manifest " + MANIFEST + " must be signed by " + directory + "/key.pub")
                .hasMessageContaining(cause);
    }

    @Test
    void takesWhatItsKeyHasSigned() throws Exception {
        sign("SHA256withECDSA", key, payload(CLAIM, MANIFEST.toString()));
        pull();
        image.asReferrer = true;
        pull();
    }

    @ParameterizedTest
    @CsvSource({"RSA,2048,SHA256withRSA", "Ed25519,0,Ed25519", "EC,384,SHA256withECDSA"})
    void takesOtherKindsOfKeys(String kind, int size, String algorithm) throws Exception {
        KeyPair other = newKey(kind, size);
        write(other, "key.pub");
        sign(algorithm, other, payload(CLAIM, MANIFEST.toString()));
        pull();
    }

    @Test
    void oneOfManySignaturesIsEnough() throws Exception {
        sign("SHA256withECDSA", newKey("EC", 256), payload(CLAIM, MANIFEST.toString()));
        image.sign(payload(CLAIM, MANIFEST.toString()), new byte[] {1, 2, 3});
        assertRefused("none of its 2 signatures is by such a key");
        sign("SHA256withECDSA", key, payload(CLAIM, MANIFEST.toString()));
        pull();
    }

    @Test
    void refusesWhatIsNotSigned() {
        assertRefused("it is not signed");
        image.asReferrer = true;
        assertRefused("it is not signed");
    }

    @Test
    void refusesTheSignatureOfAnotherImage() throws Exception {
        sign("SHA256withECDSA", key, payload(CLAIM, Digest.of(new byte[] {1}).toString()));
        assertRefused("what such a key has signed is another image");
        sign("SHA256withECDSA", key, payload("atomic container signature", MANIFEST.toString()));
        assertRefused("what such a key has signed is another image");
    }

    @Test
    void refusesAPayloadThatWasChanged() throws Exception {
        byte[] other = payload(CLAIM, Digest.of(new byte[] {1}).toString());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key.getPrivate());
        signature.update(other);
        image.sign(payload(CLAIM, MANIFEST.toString()), signature.sign());
        assertRefused("none of its 1 signatures is by such a key");
    }

    @Test
    void asksForASignatureOfWhatIsStoredUntilItHasSeenOne() throws Exception {
        SignedImages images = images("{'reg.example/prod':{'keys':['DIR/key.pub']}}");
        assertThat(images.accepts(REFERENCE, MANIFEST.toString())).isFalse();
        sign("SHA256withECDSA", key, payload(CLAIM, MANIFEST.toString()));
        images.checked(REFERENCE, image).resolve(Platform.host());
        assertThat(images.accepts(REFERENCE, MANIFEST.toString())).isTrue();
        assertThat(images.accepts(REFERENCE, Digest.of(new byte[] {1}).toString()))
                .isFalse();
        write(newKey("EC", 256), "key.pub");
        assertThat(images("{'reg.example/prod':{'keys':['DIR/key.pub']}}").accepts(REFERENCE, MANIFEST.toString()))
                .isFalse();
    }

    @Test
    void theLongestNameDecides() throws IOException {
        SignedImages images = images(
                "{'reg.example':{'reject':true},'reg.example/prod':{'accept':true},'*':{'reject':true},'local':{'accept':true}}");
        images.requirePossible(REFERENCE);
        images.requirePossible(ImageReference.parse("oci:/x"));
        for (String name : new String[] {"reg.example/production/app", "reg.example/app", "debian"}) {
            assertThatThrownBy(() -> images.requirePossible(ImageReference.parse(name)))
                    .hasMessageContaining("--image_signatures rejects it");
            assertThat(images.accepts(ImageReference.parse(name), MANIFEST.toString()))
                    .isFalse();
        }
        assertThatThrownBy(
                        () -> images("{'*':{'keys':['DIR/key.pub']}}").requirePossible(ImageReference.parse("oci:/x")))
                .hasMessageContaining("an image in a file has none");
        assertThat(new SignedImages(SignaturePolicy.NONE, Optional.empty()).accepts(REFERENCE, "x"))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'a':{}}; needs one of",
                "{'a':{'keys':[]}}; needs one of",
                "{'a':{'accept':false}}; needs one of",
                "{'a':{'accept':true,'keys':['DIR/key.pub']}}; needs one of",
                "{'a':{'keys':['DIR/none.pub']}}; cannot use key",
                "{'a':{'keys':['DIR']}}; cannot use key",
                "[]; is not an object"
            })
    void saysWhatIsWrongWithAPolicy(String policy, String cause) {
        assertThatThrownBy(() -> images(policy))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageStartingWith("cannot use")
                .hasMessageContaining(cause);
    }

    @Test
    void refusesWeakAndForeignKeys() throws Exception {
        write(newKey("RSA", 1024), "key.pub");
        assertThatThrownBy(this::pull).hasMessageContaining("an RSA key needs 2048 bits");
        Files.writeString(directory.resolve("key.pub"), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
        assertThatThrownBy(this::pull).hasMessageContaining("neither an ECDSA, an RSA nor an Ed25519 key");
        Files.writeString(directory.resolve("key.pub"), "-----BEGIN PRIVATE KEY-----\n");
        assertThatThrownBy(this::pull).hasMessageContaining("not PEM of a public key");
    }
}
