package dev.coffer.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Platform;
import dev.coffer.image.credentials.Credential;
import dev.coffer.image.credentials.CredentialSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    /** Names of the tests; everything else is an address or unknown. */
    private static final Map<String, String> NAMES = Map.of(
            "registry.example", "192.0.2.1",
            "auth.example", "192.0.2.2",
            "rebound.example", "127.0.0.1",
            "metadata.example", "169.254.169.254",
            "mapped.example", "::ffff:127.0.0.1",
            "nat.example", "64:ff9b::7f00:1",
            "local.example", "fe80::1");

    private static final DnsResolver RESOLVER = new DnsResolver() {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            return InetAddress.getAllByName(NAMES.getOrDefault(host, host));
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    };

    private static AddressGuard guard(String home, String registries) throws IOException {
        RegistryHosts hosts = RegistryHosts.parse(registries.getBytes(StandardCharsets.UTF_8));
        return new AddressGuard(hosts, RegistryAddress.of(home, hosts), RESOLVER);
    }

    private static void visit(AddressGuard guard, String address) throws IOException {
        URI uri = URI.create(address);
        guard.requireAllowed(uri, "it leads to " + address);
        guard.resolve(uri.getHost());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://auth.example/token",
                "ftp://auth.example/",
                "file:///etc/shadow",
                "gopher://auth.example/",
                "https://user:password@auth.example/",
                "https:///nobody",
                "https://localhost/",
                "https://127.0.0.1:8500/v1/kv",
                "https://127.1/",
                "https://2130706433/",
                "https://0.0.0.0:2375/",
                "https://[::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:169.254.169.254]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[::7f00:1]/",
                "https://[fe80::1]/",
                "https://169.254.169.254/latest/meta-data",
                "https://224.0.0.1/",
                "https://rebound.example/",
                "https://metadata.example/",
                "https://mapped.example/",
                "https://nat.example/",
                "https://local.example/"
            })
    void anEncryptedRegistryElsewhereMustNotLeadThere(String address) throws IOException {
        AddressGuard guard = guard("registry.example", "{}");
        assertThatThrownBy(() -> visit(guard, address)).isInstanceOf(IOException.class);
    }

    @Test
    void leadsElsewhereInTheWorldByHttps() throws IOException {
        visit(guard("registry.example", "{}"), "https://auth.example/token");
        visit(guard("registry.example", "{}"), "https://192.0.2.7:8443/token");
    }

    @Test
    void aRegistryOnThisHostMayLeadToThisHost() throws IOException {
        visit(guard("localhost:5000", "{}"), "http://127.0.0.1:5001/token");
        visit(guard("127.0.0.1:5000", "{}"), "http://localhost:5001/token");
        assertThatThrownBy(() -> visit(guard("localhost:5000", "{}"), "http://169.254.169.254/"))
                .isInstanceOf(InvalidImageException.class);
    }

    @Test
    void whatTheOperatorNamedMayBeAnywhere() throws IOException {
        String named = "{\"dev.example:5000\":{\"plain_http\":true},\"auth.example\":{\"plain_http\":true},"
                + "\"169.254.10.1:5000\":{\"skip_verify\":true}}";
        visit(guard("registry.example", named), "http://auth.example/token");
        visit(guard("registry.example", named), "https://169.254.10.1:5000/token");
        visit(guard("auth.example", named), "http://auth.example:81/token");
        assertThatThrownBy(() -> visit(guard("registry.example", named), "https://169.254.10.1:80/"))
                .isInstanceOf(InvalidImageException.class);
        assertThatThrownBy(() -> visit(guard("auth.example", named), "http://192.0.2.9/"))
                .hasMessageContaining("is not encrypted");
    }

    @Test
    void aLinkLocalRegistryMustBeNamed() throws IOException {
        AddressGuard unnamed = guard("metadata.example", "{}");
        assertThatThrownBy(() -> unnamed.resolve("metadata.example")).hasMessageContaining("--image_registries");
        assertThat(guard("metadata.example", "{\"metadata.example\":{}}").resolve("metadata.example"))
                .hasSize(1);
    }

    @Test
    void onlyLoopbackAndNamedHostsAreUnencrypted() throws IOException {
        RegistryHosts hosts =
                RegistryHosts.parse("{\"dev.example:5000\":{\"plain_http\":true},\"localhost:7\":{\"ca\":\"/x\"}}"
                        .getBytes(StandardCharsets.UTF_8));
        for (String host : new String[] {"localhost:1", "127.0.0.1", "[::1]:5", "dev.example:5000"}) {
            assertThat(RegistryAddress.of(host, hosts).isPlain()).as(host).isTrue();
        }
        for (String host : new String[] {"dev.example", "127.example.com", "localhost:7", "docker.io"}) {
            assertThat(RegistryAddress.of(host, hosts).isPlain()).as(host).isFalse();
        }
    }

    /** The name in the realm leads to the test's own server: had it been asked, it would know. */
    @Test
    void aRegistryElsewhereGetsNoTokenFromThisHost() throws IOException {
        try (FakeRegistry inner = new FakeRegistry();
                FakeRegistry registry = new FakeRegistry()) {
            inner.on("/", exchange -> FakeRegistry.sendText(exchange, 200, "{\"token\":\"t\"}"));
            registry.on(
                    "/v2/",
                    exchange -> FakeRegistry.challenge(
                            exchange, "Bearer realm=\"https://rebound.example:" + inner.port() + "/token\""));
            DnsResolver outside = new DnsResolver() {
                private int calls;

                /** Where the registry is connected to is this host; asked again, it is elsewhere. */
                @Override
                public InetAddress[] resolve(String host) throws UnknownHostException {
                    boolean home = host.equals("registry.example");
                    return home && calls++ == 0
                            ? new InetAddress[] {InetAddress.getLoopbackAddress()}
                            : RESOLVER.resolve(host);
                }

                @Override
                public String resolveCanonicalHostname(String host) {
                    return host;
                }
            };
            RegistryHosts hosts = RegistryHosts.NONE.withPlain("registry.example:" + registry.port());
            CredentialSource secret = (host, repository) -> Optional.of(new Credential.Basic("u", "hunter2"));
            var reference = (dev.coffer.image.ImageReference.Registry)
                    dev.coffer.image.ImageReference.parse("registry.example:" + registry.port() + "/a/b");
            try (RegistryImage image = new Registries(FakeRegistry.settings(hosts), secret, outside)
                    .open(reference, CredentialSource.NONE)) {
                assertThatThrownBy(() -> image.resolve(Platform.host()))
                        .isInstanceOf(InvalidImageException.class)
                        .hasMessageContaining("rebound.example")
                        .hasMessageNotContaining("hunter2");
            }
            assertThat(registry.requests).hasSize(1);
            assertThat(inner.requests).isEmpty();
        }
    }
}
