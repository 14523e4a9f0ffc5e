package dev.coffer.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.image.Digest;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.OciImage;
import dev.coffer.image.Platform;
import dev.coffer.image.credentials.Credential;
import dev.coffer.image.credentials.CredentialSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MirrorTest {
    private final byte[] layer = new byte[300_000];
    private final OciImage image = new OciImage();

    @SuppressWarnings("NullAway.Init")
    private FakeRegistry mirror;

    @SuppressWarnings("NullAway.Init")
    private FakeRegistry origin;

    @BeforeEach
    void start() throws IOException {
        new Random(3).nextBytes(layer);
        image.layer(layer, Digest.of(layer));
        mirror = new FakeRegistry();
        origin = new FakeRegistry();
    }

    @AfterEach
    void stop() {
        mirror.close();
        origin.close();
    }

    private static RegistryHosts hosts(String json) throws InvalidImageException {
        return RegistryHosts.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private RegistryHosts mirrored() throws InvalidImageException {
        return hosts("{'" + origin.host() + "':{'mirrors':['" + mirror.host() + "/hub']}}");
    }

    private byte[] pull(RegistryHosts hosts, CredentialSource credentials) throws IOException {
        try (RegistryImage pulled = new Registries(FakeRegistry.settings(hosts), credentials)
                .open(origin.reference(":1"), CredentialSource.NONE)) {
            try (InputStream in =
                    pulled.open(pulled.resolve(Platform.host()).layers().get(0))) {
                return in.readAllBytes();
            }
        }
    }

    @Test
    void aMirrorIsAskedFirstAndTheRegistryNotAtAll() throws IOException {
        mirror.serve("hub/a/b", image);
        origin.serve("a/b", image);
        assertThat(pull(mirrored(), CredentialSource.NONE)).isEqualTo(layer);
        assertThat(origin.requests).isEmpty();
        assertThat(mirror.requests).contains("GET /v2/hub/a/b/manifests/1");
    }

    @Test
    void theRegistryIsAskedForWhatTheMirrorLacks() throws IOException {
        mirror.on("/", exchange -> FakeRegistry.send(exchange, 404, new byte[0]));
        origin.serve("a/b", image);
        assertThat(pull(mirrored(), CredentialSource.NONE)).isEqualTo(layer);
    }

    @Test
    void aLayerThatBreaksOffAtTheMirrorGoesOnAtTheRegistry() throws IOException {
        String blob = "/v2/hub/a/b/blobs/" + Digest.of(layer);
        mirror.serve("hub/a/b", image);
        mirror.on(blob, exchange -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                FakeRegistry.send(exchange, 503, new byte[0]);
                return;
            }
            exchange.sendResponseHeaders(200, layer.length);
            exchange.getResponseBody().write(layer, 0, 100_000);
        });
        origin.on("/v2/a/b/blobs/", exchange -> {
            String range = String.valueOf(exchange.getRequestHeaders().getFirst("Range"));
            int from = Integer.parseInt(range.replaceAll("\\D", ""));
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-299999/300000");
            exchange.sendResponseHeaders(206, layer.length - from);
            exchange.getResponseBody().write(layer, from, layer.length - from);
        });
        assertThat(pull(mirrored(), CredentialSource.NONE)).isEqualTo(layer);
        assertThat(origin.requests).hasSize(1);
    }

    @Test
    void aMirrorGetsItsOwnCredentialsAndNotThoseOfTheRegistry() throws IOException {
        CredentialSource credentials = (host, repository) ->
                Optional.of(new Credential.Basic(host.equals(origin.host()) ? "origin" : "mirror", "secret"));
        mirror.on("/", exchange -> FakeRegistry.challenge(exchange, "Basic realm=\"m\""));
        origin.on("/", exchange -> FakeRegistry.challenge(exchange, "Basic realm=\"o\""));
        assertThatThrownBy(() -> pull(mirrored(), credentials))
                .hasMessageContaining("mirror " + mirror.host() + ": ")
                .hasMessageContaining("; " + origin.host() + ": ")
                .hasMessageNotContaining("secret");
        assertThat(mirror.authorizations).containsOnly("null", new Credential.Basic("mirror", "secret").header());
        assertThat(origin.authorizations).containsOnly("null", new Credential.Basic("origin", "secret").header());
    }

    @Test
    void withoutOriginOnlyMirrorsAreAsked() throws IOException {
        mirror.on("/", exchange -> FakeRegistry.send(exchange, 404, new byte[0]));
        origin.serve("a/b", image);
        RegistryHosts hosts = hosts("{'" + origin.host() + "':{'mirrors':['" + mirror.host() + "'],'origin':false}}");
        assertThatThrownBy(() -> pull(hosts, CredentialSource.NONE)).hasMessageContaining("status 404");
        assertThat(origin.requests).isEmpty();
    }

    @Test
    void theStarIsForEveryHostWithoutAnEntry() throws IOException {
        mirror.serve("a/b", image);
        assertThat(pull(hosts("{'*':{'mirrors':['" + mirror.host() + "']}}"), CredentialSource.NONE))
                .isEqualTo(layer);
        assertThat(origin.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[]; is not an object",
                "{'a':{'mirror':[]}}; there is no 'mirror'",
                "{'a':{'mirrors':['https://b']}}; is not HOST[:PORT][/PATH]",
                "{'a':{'mirrors':['b/../c']}}; is not HOST[:PORT][/PATH]",
                "{'a':{'plain_http':1}}; neither true nor false",
                "{'a':{'plain_http':true,'ca':'/x'}}; plain_http has no certificates",
                "{'*':{'plain_http':true}}; can have mirrors and origin only"
            })
    void saysWhatIsWrongWithTheDocument(String json, String cause) {
        assertThatThrownBy(() -> hosts(json))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageStartingWith("cannot use --image_registries")
                .hasMessageContaining(cause);
    }

    @Test
    void aCaThatCannotBeReadIsNamed() throws IOException {
        RegistryHosts hosts = hosts("{'" + origin.host() + "':{'ca':'/does/not/exist.pem'}}");
        assertThatThrownBy(() -> pull(hosts, CredentialSource.NONE))
                .hasMessageContaining("cannot use ca /does/not/exist.pem of --image_registries");
    }
}
