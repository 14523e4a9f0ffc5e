package dev.coffer.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.coffer.container.Fault;
import dev.coffer.image.Digest;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.OciImage;
import dev.coffer.image.Platform;
import dev.coffer.image.credentials.Credential;
import dev.coffer.image.credentials.CredentialSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistryAuthTest {
    private static final Credential.Basic ALICE = new Credential.Basic("alice", "hunter2:&+ü");
    private static final Credential.Basic BOB = new Credential.Basic("bob", "swordfish");

    private final OciImage image = new OciImage();
    private byte[] manifest = new byte[0];

    @SuppressWarnings("NullAway.Init")
    private FakeRegistry registry;

    @BeforeEach
    void start() throws IOException {
        image.layer(new byte[1000], Digest.of(new byte[1000]));
        manifest = image.manifest();
        registry = new FakeRegistry();
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static CredentialSource always(Credential credential) {
        return (host, repository) -> Optional.of(credential);
    }

    private void content(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().contains("/manifests/")) {
            FakeRegistry.sendManifest(exchange, manifest);
        } else {
            FakeRegistry.sendBlob(exchange, image);
        }
    }

    /** Whoever does not send exactly this is sent to the token server. */
    private void guard(AtomicReference<String> accepted) {
        registry.on("/v2/", exchange -> {
            if (FakeRegistry.authorization(exchange).equals(accepted.get())) {
                content(exchange);
            } else {
                FakeRegistry.challenge(
                        exchange,
                        "Bearer realm=\"http://" + registry.host() + "/token?x=1\",service=\"s\","
                                + "scope=\"repository:a/b:pull\"");
            }
        });
    }

    private void pull(Registries registries, CredentialSource own) throws IOException {
        try (RegistryImage pulled = registries.open(registry.reference(":1"), own)) {
            var layer = pulled.resolve(Platform.host()).layers().get(0);
            try (InputStream in = pulled.open(layer)) {
                assertThat(in.readAllBytes()).hasSize(1000);
            }
        }
    }

    private Registries registries(CredentialSource credentials) {
        return new Registries(FakeRegistry.settings(RegistryHosts.NONE), credentials);
    }

    private List<String> tokenRequests() {
        return registry.requests.stream().filter(r -> r.contains("/token")).toList();
    }

    @Test
    void sendsAPasswordWhenTheRegistryAsksForOne() throws IOException {
        registry.on("/v2/", exchange -> {
            if (FakeRegistry.authorization(exchange).equals(ALICE.header())) {
                content(exchange);
            } else {
                FakeRegistry.challenge(exchange, "Basic realm=\"r\"");
            }
        });
        pull(registries(always(ALICE)), CredentialSource.NONE);
        assertThat(registry.authorizations).containsExactly("null", ALICE.header(), ALICE.header(), ALICE.header());
        assertThatThrownBy(() -> pull(registries(always(BOB)), CredentialSource.NONE))
                .isInstanceOfSatisfying(
                        InvalidImageException.class, e -> assertThat(e.fault()).isEqualTo(Fault.USER_SPEC))
                .hasMessageContaining("denies access (status 401); the credentials for " + registry.host())
                .hasMessageNotContaining("swordfish");
    }

    @Test
    void getsATokenWithAPasswordAndReadsEitherField() throws IOException {
        for (String field : new String[] {"token", "access_token"}) {
            try (FakeRegistry fresh = new FakeRegistry()) {
                registry.close();
                registry = fresh;
                guard(new AtomicReference<>("Bearer one"));
                registry.on("/token", exchange -> FakeRegistry.sendText(exchange, 200, "{\"" + field + "\":\"one\"}"));
                pull(registries(always(ALICE)), CredentialSource.NONE);
                assertThat(tokenRequests())
                        .containsExactly("GET /token?x=1&service=s&scope=repository%3Aa%2Fb%3Apull&account=alice");
                assertThat(registry.authorizations.get(1)).isEqualTo(ALICE.header());
            }
        }
    }

    @Test
    void givesAnIdentityTokenByPostAndAPasswordByPostIfGetIsNotKnown() throws IOException {
        guard(new AtomicReference<>("Bearer one"));
        registry.on("/token", exchange -> {
            boolean post = exchange.getRequestMethod().equals("POST");
            FakeRegistry.sendText(exchange, post ? 200 : 405, post ? "{\"access_token\":\"one\"}" : "");
        });
        pull(registries(always(new Credential.IdentityToken("refresh me"))), CredentialSource.NONE);
        assertThat(registry.bodies)
                .contains("grant_type=refresh_token&client_id=coffer&service=s&scope=repository%3Aa%2Fb%3Apull"
                        + "&refresh_token=refresh+me");
        pull(registries(always(ALICE)), CredentialSource.NONE);
        assertThat(registry.bodies)
                .contains("grant_type=password&client_id=coffer&service=s&scope=repository%3Aa%2Fb%3Apull"
                        + "&username=alice&password=hunter2%3A%26%2B%C3%BC");
    }

    @Test
    void sendsARegistryTokenAsItIs() throws IOException {
        guard(new AtomicReference<>("Bearer mine"));
        pull(registries(always(new Credential.RegistryToken("mine"))), CredentialSource.NONE);
        assertThat(tokenRequests()).isEmpty();
    }

    @Test
    void usesATokenAgainButNeverThatOfAnotherCredential() throws IOException {
        AtomicInteger tokens = new AtomicInteger();
        AtomicReference<String> accepted = new AtomicReference<>("");
        guard(accepted);
        registry.on("/token", exchange -> {
            String token = "token" + tokens.incrementAndGet();
            accepted.set("Bearer " + token);
            FakeRegistry.sendText(exchange, 200, "{\"token\":\"" + token + "\",\"expires_in\":300}");
        });
        Registries shared = registries(always(ALICE));
        pull(shared, CredentialSource.NONE);
        pull(shared, CredentialSource.NONE);
        assertThat(tokenRequests()).hasSize(1);

        int before = registry.authorizations.size();
        pull(shared, always(BOB));

        assertThat(tokenRequests()).hasSize(2);
        assertThat(registry.authorizations.subList(before, registry.authorizations.size()))
                .doesNotContain("Bearer token1", ALICE.header())
                .contains(BOB.header());
    }

    @Test
    void doesNotUseATokenBeyondItsLifetime() throws IOException {
        guard(new AtomicReference<>("Bearer one"));
        registry.on("/token", exchange -> FakeRegistry.sendText(exchange, 200, "{\"token\":\"one\",\"expires_in\":1}"));
        Registries shared = registries(always(ALICE));
        pull(shared, CredentialSource.NONE);
        pull(shared, CredentialSource.NONE);
        assertThat(tokenRequests()).hasSize(2);
    }

    @Test
    void getsAnotherTokenWhenOneEndsInTheMiddleOfAPull() throws IOException {
        AtomicInteger tokens = new AtomicInteger();
        AtomicReference<String> accepted = new AtomicReference<>("Bearer none");
        AtomicInteger served = new AtomicInteger();
        registry.on("/v2/", exchange -> {
            if (served.get() == 1) {
                accepted.set("Bearer token2"); // the first has ended after the manifest
            }
            if (FakeRegistry.authorization(exchange).equals(accepted.get())) {
                served.incrementAndGet();
                content(exchange);
            } else {
                FakeRegistry.challenge(exchange, "Bearer realm=\"http://" + registry.host() + "/token\"");
            }
        });
        registry.on("/token", exchange -> {
            String token = "token" + tokens.incrementAndGet();
            accepted.set("Bearer " + token);
            FakeRegistry.sendText(exchange, 200, "{\"token\":\"" + token + "\"}");
        });
        pull(registries(always(ALICE)), CredentialSource.NONE);
        assertThat(tokens).hasValue(2);
    }

    @Test
    void asksForATokenAFewTimesOnly() {
        guard(new AtomicReference<>("Bearer never"));
        AtomicInteger tokens = new AtomicInteger();
        registry.on(
                "/token",
                exchange -> FakeRegistry.sendText(exchange, 200, "{\"token\":\"t" + tokens.incrementAndGet() + "\"}"));
        assertThatThrownBy(() -> pull(registries(always(ALICE)), CredentialSource.NONE))
                .hasMessageContaining("denies access");
        assertThat(tokens.get()).isBetween(1, 3);
    }

    @Test
    void whoeverARegistryRedirectsToGetsNothingAndIsNotAnswered() throws IOException {
        try (FakeRegistry thief = new FakeRegistry()) {
            thief.on(
                    "/",
                    exchange -> FakeRegistry.challenge(
                            exchange, "Bearer realm=\"http://" + thief.host() + "/steal\",service=\"s\""));
            registry.on("/v2/", exchange -> {
                if (!FakeRegistry.authorization(exchange).equals(ALICE.header())) {
                    FakeRegistry.challenge(exchange, "Basic realm=\"r\"");
                } else if (exchange.getRequestURI().getPath().contains("/manifests/")) {
                    FakeRegistry.sendManifest(exchange, manifest);
                } else {
                    exchange.getResponseHeaders().set("Location", "http://" + thief.host() + "/blob");
                    FakeRegistry.send(exchange, 307, new byte[0]);
                }
            });
            assertThatThrownBy(() -> pull(registries(always(ALICE)), CredentialSource.NONE))
                    .hasMessageContaining(thief.host() + " denies access (status 401)");
            assertThat(thief.authorizations).isNotEmpty().containsOnly("null");
            assertThat(thief.requests).noneMatch(request -> request.contains("steal"));
        }
    }

    @Test
    void aTokenServerThatRedirectsDoesNotTakeThePasswordAlong() throws IOException {
        try (FakeRegistry thief = new FakeRegistry()) {
            thief.on("/", exchange -> FakeRegistry.sendText(exchange, 200, "{\"token\":\"one\"}"));
            guard(new AtomicReference<>("Bearer one"));
            registry.on("/token", exchange -> {
                exchange.getResponseHeaders().set("Location", "http://" + thief.host() + "/t");
                FakeRegistry.send(exchange, 307, new byte[0]);
            });
            pull(registries(always(ALICE)), CredentialSource.NONE);
            assertThat(thief.authorizations).containsOnly("null");
            assertThatThrownBy(() ->
                            pull(registries(always(new Credential.IdentityToken("secret"))), CredentialSource.NONE))
                    .hasMessageContaining("gives no token")
                    .hasMessageContaining("status 307")
                    .hasMessageNotContaining("secret");
            assertThat(thief.bodies).allMatch(String::isEmpty);
        }
    }

    @Test
    void saysWhyThereIsNoToken() {
        guard(new AtomicReference<>("Bearer x"));
        AtomicReference<String> answer = new AtomicReference<>("");
        AtomicInteger status = new AtomicInteger(401);
        registry.on("/token", exchange -> FakeRegistry.sendText(exchange, status.get(), String.valueOf(answer.get())));
        assertThatThrownBy(() -> pull(registries(CredentialSource.NONE), CredentialSource.NONE))
                .hasMessageContaining("gives no token for " + registry.host() + " (status 401)")
                .hasMessageContaining("--docker_config");
        assertThatThrownBy(() -> pull(registries(always(ALICE)), CredentialSource.NONE))
                .hasMessageContaining("may be wrong")
                .hasMessageNotContaining("hunter2");
        status.set(200);
        for (String bad :
                new String[] {"{\"token\":\"se cret\"}", "{}", "[\"secret\"]", "<secret>", "{\"token\":secret}"}) {
            answer.set(bad);
            assertThatThrownBy(() -> pull(registries(always(ALICE)), CredentialSource.NONE))
                    .as(bad)
                    .hasMessageContaining("token")
                    .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                            .doesNotContain("cret"));
        }
    }

    @Test
    void aSecretThatCannotBeFoundIsNoAnonymousPull() {
        guard(new AtomicReference<>("Bearer x"));
        CredentialSource broken = (host, repository) -> {
            throw new IOException("the helper is broken");
        };
        assertThatThrownBy(() -> pull(registries(broken), CredentialSource.NONE))
                .hasMessageContaining("the helper is broken");
        assertThat(tokenRequests()).isEmpty();
    }
}
