package dev.coffer.it.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.agent.Images;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.config.ImageFlags;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Debian's registry behind TLS, passwords and tokens, and with signatures. */
class SecuredRegistryIT {
    private static final String PASSWORD = "hunter2-of-alice";
    /** Of that password, by bcrypt. */
    private static final String HASH = "$2b$04$8suTWJSz7K.avgHhQ6xlr.7LxkF1QEIabO5bo8VipilYPyqc6j/3m";

    private static TestDirectories directories;
    private static Path base;
    private static LocalRegistry open;

    @BeforeAll
    static void pushTheImage() throws IOException, InterruptedException {
        directories = new TestDirectories();
        base = directories.base();
        String image = BusyboxImage.write(base.resolve("image"));
        open = new LocalRegistry(base);
        open.push(image, "team/app:1");
        certify();
    }

    @AfterAll
    static void stop() throws IOException {
        open.close();
        directories.close();
    }

    /** An authority, and a certificate of it for this host. */
    private static void certify() throws IOException, InterruptedException {
        Files.writeString(base.resolve("san.cnf"), "subjectAltName=IP:127.0.0.1\n");
        for (String command : new String[] {
            "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=test-ca -days 2",
            "req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=127.0.0.1",
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile san.cnf",
            "req -x509 -newkey rsa:2048 -nodes -keyout token.key -out token.pem -subj /CN=token-ca -days 2"
        }) {
            Tool.run(base, Map.of(), ("openssl " + command).split(" ", -1));
        }
    }

    private static String tls() {
        return "certificate: " + base.resolve("server.pem") + ", key: " + base.resolve("server.key");
    }

    private static String htpasswd() throws IOException {
        Path file = base.resolve("htpasswd");
        Files.writeString(file, "alice:" + HASH + "\n");
        return "auth:\n  htpasswd:\n    realm: test\n    path: " + file + "\n";
    }

    private static FlagValues with(FlagValues flags, Flag<?> flag, String json) {
        return flags.withText(flag, json.replace('\'', '"'));
    }

    private static FlagValues credentials(FlagValues flags, LocalRegistry registry, String password) {
        return with(
                flags,
                ImageFlags.DOCKER_CONFIG,
                "{'auths':{'" + registry.address() + "':{'username':'alice','password':'" + password + "'}}}");
    }

    /** Into a store of its own. */
    private static String pull(FlagValues flags, LocalRegistry registry, String suffix) throws IOException {
        Path store = Files.createTempDirectory(base, "store");
        HostConfig config = new HostConfig(
                directories.config().workDirectory(), directories.config().runtimeDirectory(), store, flags);
        try {
            String pulled = Images.open(config)
                    .pull(registry.address() + "/team/app" + suffix, PullPolicy.ALWAYS, ProgressListener.SILENT)
                    .manifest();
            try (Stream<Path> layers = Files.walk(store.resolve("layers"), 3)) {
                assertThat(layers.map(path -> String.valueOf(path.getFileName())))
                        .contains("busybox");
            }
            return pulled;
        } finally {
            try (Stream<Path> staged = Files.list(store.resolve("staging"))) {
                assertThat(staged).isEmpty();
            }
        }
    }

    private static void assertRefused(FlagValues flags, LocalRegistry registry, Fault fault, String message) {
        assertThatThrownBy(() -> pull(flags, registry, ":1"))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.fault()).isEqualTo(fault))
                .hasMessageContaining("cannot pull image " + registry.address() + "/team/app:1")
                .hasMessageContaining(message)
                .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain(PASSWORD, "hunter2"));
    }

    @Test
    void pullsByTlsFromARegistryWithItsOwnAuthority() throws IOException {
        try (LocalRegistry registry = new LocalRegistry(base, tls(), "")) {
            String ca = "{'" + registry.address() + "':{'ca':'" + base.resolve("ca.pem") + "'}}";
            String other = "{'" + registry.address() + "':{'ca':'" + base.resolve("token.pem") + "'}}";
            String unchecked = "{'" + registry.address() + "':{'skip_verify':true}}";
            assertThat(pull(with(FlagValues.DEFAULTS, ImageFlags.REGISTRIES, ca), registry, ":1"))
                    .startsWith("sha256:");
            assertThat(pull(with(FlagValues.DEFAULTS, ImageFlags.REGISTRIES, unchecked), registry, ":1"))
                    .startsWith("sha256:");
            assertRefused(
                    with(FlagValues.DEFAULTS, ImageFlags.REGISTRIES, other),
                    registry,
                    Fault.REMOTE,
                    "no trusted connection to " + registry.address());
        }
    }

    @Test
    void pullsWithAPassword() throws IOException {
        try (LocalRegistry registry = new LocalRegistry(base, "", htpasswd())) {
            FlagValues right = credentials(FlagValues.DEFAULTS, registry, PASSWORD);
            String digest = pull(right, registry, ":1");
            assertThat(pull(right, registry, "@" + digest)).isEqualTo(digest);
            assertRefused(FlagValues.DEFAULTS, registry, Fault.USER_SPEC, "--docker_config");
            assertRefused(
                    credentials(FlagValues.DEFAULTS, registry, "hunter2-of-bob"),
                    registry,
                    Fault.USER_SPEC,
                    "the credentials for " + registry.address() + " may be wrong");
        }
    }

    @Test
    void pullsWithPasswordByTls() throws IOException {
        try (LocalRegistry registry = new LocalRegistry(base, tls(), htpasswd())) {
            String ca = "{'" + registry.address() + "':{'ca':'" + base.resolve("ca.pem") + "'}}";
            FlagValues flags = with(FlagValues.DEFAULTS, ImageFlags.REGISTRIES, ca);
            assertThat(pull(credentials(flags, registry, PASSWORD), registry, ":1"))
                    .startsWith("sha256:");
        }
    }

    @Test
    void pullsWithATokenOfATokenServer() throws Exception {
        try (TokenServer tokens =
                        new TokenServer(base.resolve("token.key"), base.resolve("token.pem"), "alice", PASSWORD);
                LocalRegistry registry = new LocalRegistry(base, "", tokens.configuration(base.resolve("token.pem")))) {
            FlagValues right = credentials(FlagValues.DEFAULTS, registry, PASSWORD);
            assertThat(pull(right, registry, ":1")).startsWith("sha256:");
            assertThat(tokens.requests())
                    .singleElement()
                    .asString()
                    .contains("service=test-registry", "scope=repository%3Ateam%2Fapp%3Apull");
            tokens.giveTokensFor(1); // ends while it is used
            assertThat(pull(right, registry, ":1")).startsWith("sha256:");
            assertRefused(FlagValues.DEFAULTS, registry, Fault.USER_SPEC, "gives no token for " + registry.address());
            assertRefused(
                    credentials(FlagValues.DEFAULTS, registry, "hunter2-of-bob"),
                    registry,
                    Fault.USER_SPEC,
                    "may be wrong");
        }
    }

    @Test
    void pullsFromAMirrorAndFromTheRegistryWhenTheMirrorIsDown() throws IOException {
        String json = "{'" + open.address() + "':{'mirrors':['127.0.0.1:1','" + open.address() + "']}}";
        assertThat(pull(with(FlagValues.DEFAULTS, ImageFlags.REGISTRIES, json), open, ":1"))
                .startsWith("sha256:");
    }

    @Test
    void takesASignatureAsCosignStoresItAndRefusesAnotherKey() throws Exception {
        String digest = pull(FlagValues.DEFAULTS, open, ":1");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair mine = generator.generateKeyPair();
        PushedSignature.writePublicKey(mine, base.resolve("mine.pub"));
        PushedSignature.writePublicKey(generator.generateKeyPair(), base.resolve("other.pub"));
        assertRefused(signedBy("mine"), open, Fault.USER_SPEC, "it is not signed");
        new PushedSignature("http://" + open.address() + "/v2/team/app").sign(digest, mine);
        assertThat(pull(signedBy("mine"), open, ":1")).isEqualTo(digest);
        assertRefused(signedBy("other"), open, Fault.USER_SPEC, "none of its 1 signatures is by such a key");
    }

    private static FlagValues signedBy(String key) {
        return with(
                FlagValues.DEFAULTS,
                ImageFlags.SIGNATURES,
                "{'" + open.address() + "/team':{'keys':['" + base.resolve(key + ".pub") + "']},'*':{'reject':true}}");
    }
}
