package dev.coffer.isolators.network.cni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.NetworkSpec.Attachment;
import dev.coffer.container.NetworkSpec.Dns;
import dev.coffer.container.PortMapping;
import dev.coffer.container.PortMapping.Protocol;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.Specs;
import dev.coffer.isolators.contract.HostIsolatorContract;
import dev.coffer.linux.fs.Trees;
import dev.coffer.linux.net.NetworkNamespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract, and what plugins are given: shell scripts that write down what they get. */
class ContainerNetworkKernelIT extends HostIsolatorContract {
    private static final ContainerId WEB = new ContainerId("web-1");
    private static final String RESULT =
            "{\"cniVersion\":\"1.0.0\",\"ips\":[{\"address\":\"10.9.8.7/24\"}],\"dns\":{\"nameservers\":[\"10.9.8.1\"]}}";

    private Path base;
    private CniSetup setup;

    @BeforeEach
    void setUp() throws IOException {
        base = Files.createTempDirectory("coffer-cni");
        Files.createDirectories(base.resolve("plugins"));
        Files.createDirectories(base.resolve("net.d"));
        FlagValues flags = FlagValues.DEFAULTS
                .withText(CniFlags.PLUGINS_DIR, base.resolve("plugins").toString())
                .withText(CniFlags.CONFIG_DIR, base.resolve("net.d").toString())
                .withText(CniFlags.TIMEOUT, "10secs");
        setup = CniSetup.of(new IsolatorSetting(
                flags, List.of("network/cni"), base.resolve("run"), base.resolve("work"), base.resolve("sandboxes")));
        script("first", "echo '" + RESULT + "'");
        script("second", "echo '" + RESULT + "'");
        network("""
                {"cniVersion":"1.0.0","name":"net","plugins":[
                  {"type":"first","capabilities":{"portMappings":true}},{"type":"second","args":{"a":"b"}}]}""");
    }

    @AfterEach
    void tearDown() throws IOException {
        NetworkNamespaces.release(setup.state().namespace(WEB));
        Trees.remove(base);
    }

    private void network(String text) throws IOException {
        Files.writeString(base.resolve("net.d/10.conflist"), text);
    }

    /** Writes its environment and input to {@code log}, one call after the other. */
    private void script(String type, String end) throws IOException {
        Path file = base.resolve("plugins").resolve(type);
        Files.writeString(file, """
                #!/bin/busybox sh
                { echo "call %s $CNI_COMMAND"; /bin/busybox env | /bin/busybox sort; /bin/busybox cat; echo; } >> %s/log
                %s
                """.formatted(type, base, end));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String log() throws IOException {
        return Files.readString(base.resolve("log"));
    }

    private List<String> calls() throws IOException {
        return log().lines().filter(line -> line.startsWith("call ")).toList();
    }

    private static ContainerSpec inNetwork(ContainerId id, NetworkSpec networks) {
        return Specs.DEFAULT
                .with(new IsolationSpec(NetworkMode.CNI, Optional.empty(), List.of(), networks))
                .spec(id.value());
    }

    private ContainerNetwork attached(NetworkSpec networks) {
        ContainerNetwork network = new ContainerNetwork(setup, WEB);
        network.create(inNetwork(WEB, networks));
        network.attach(ProcessHandle.current().pid());
        return network;
    }

    @Override
    protected HostIsolator isolator() {
        return new CniIsolator(setup);
    }

    @Override
    protected ContainerSpec spec(ContainerId id) {
        return inNetwork(id, NetworkSpec.of("net"));
    }

    @Override
    protected String traces(ContainerId id) {
        try (Stream<Path> files = Files.walk(base)) {
            return files.filter(path -> path.endsWith(id.value()))
                    .map(Path::toString)
                    .sorted()
                    .collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void breakNextCreate() {
        try {
            Files.createDirectories(setup.state().perBoot().getParent());
            Files.createDirectories(setup.state().perBoot(new ContainerId("contract-1")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void repair() {
        // the directory in the way is the container's own
    }

    @Test
    void aPluginGetsWhatTheSpecificationNamesAndNothingOfOurs() throws IOException {
        NetworkSpec networks = new NetworkSpec(
                List.of(new Attachment("net", Map.of("IP", "10.9.8.7"))),
                List.of(new PortMapping(Optional.empty(), 8000, 80, Protocol.TCP)),
                Dns.NONE,
                List.of());

        attached(networks).close();

        assertThat(calls()).containsExactly("call first ADD", "call second ADD", "call second DEL", "call first DEL");
        List<String> environment = log().lines()
                .skip(1)
                .takeWhile(line -> !line.startsWith("{"))
                .filter(line -> !line.matches("(PWD|SHLVL|OLDPWD|_)=.*"))
                .toList();
        assertThat(environment)
                .containsExactly(
                        "CNI_ARGS=IgnoreUnknown=1;IP=10.9.8.7",
                        "CNI_COMMAND=ADD",
                        "CNI_CONTAINERID=web-1",
                        "CNI_IFNAME=eth0",
                        "CNI_NETNS=" + setup.state().namespace(WEB),
                        "CNI_PATH=" + base.resolve("plugins"),
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        List<String> inputs = log().lines().filter(line -> line.startsWith("{")).toList();
        assertThat(inputs.get(0))
                .contains("\"runtimeConfig\":{\"portMappings\":[{\"hostPort\":8000,\"containerPort\":80")
                .doesNotContain("prevResult");
        assertThat(inputs.get(1))
                .contains("\"prevResult\":{\"cniVersion\"", "\"a\":\"b\"")
                .doesNotContain("runtimeConfig");
        assertThat(inputs.get(3)).contains("\"prevResult\":{", "\"portMappings\"");
    }

    @Test
    void tellsTheContainerItsAddressAndName() throws IOException {
        ContainerNetwork network = attached(NetworkSpec.of("net"));

        assertThat(Files.readString(setup.state().file(WEB, "hosts"))).contains("10.9.8.7\tweb-1\n");
        assertThat(Files.readString(setup.state().file(WEB, "hostname"))).isEqualTo("web-1\n");
        assertThat(Files.readString(setup.state().file(WEB, "resolv.conf"))).isEqualTo("nameserver 10.9.8.1\n");
        assertThat(NetworkNamespaces.isKept(setup.state().namespace(WEB))).isTrue();
        network.close();
        assertThat(traces(WEB)).isEmpty();
    }

    @Test
    void detachesAfterARebootByTheRecordOnDisk() throws IOException {
        ContainerNetwork before = attached(NetworkSpec.of("net"));
        NetworkNamespaces.release(setup.state().namespace(WEB));
        Trees.remove(base.resolve("run"));
        Files.delete(base.resolve("net.d/10.conflist"));

        assertThat(isolator().discover()).containsExactly(WEB);
        isolator().resourceFor(WEB).close();

        assertThat(calls()).endsWith("call second DEL", "call first DEL");
        assertThat(log().lines().filter(line -> line.startsWith("CNI_NETNS="))).endsWith("CNI_NETNS=", "CNI_NETNS=");
        assertThat(traces(WEB)).isEmpty();
        before.close();
    }

    @Test
    void runsEveryPluginOnDelThoughOneFailsAndTriesAgainLater() throws IOException {
        ContainerNetwork network = attached(NetworkSpec.of("net"));
        script("second", "echo broken >&2; exit 4");

        assertThatThrownBy(network::close)
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining(": broken");
        assertThat(calls()).endsWith("call second DEL", "call first DEL");
        assertThat(traces(WEB)).isNotEmpty();

        script("second", "");
        network.close();
        assertThat(traces(WEB)).isEmpty();
    }

    @Test
    void refusesResultsThatAreNotWhatTheyShouldBe() throws IOException {
        Map<String, String> hostile = Map.of(
                "echo '{\"ips\":[{\"address\":\"evil.example/24\"}]}'", "ips[0].address is not an IP address",
                "echo '{\"ips\":{}}'", "ips is not a list",
                "echo '{\"dns\":{\"nameservers\":[\"1.1.1.1\\noptions x\"]}}'", "nameserver '1.1.1.1?options x' is",
                "echo '[1]'", "it is not an object",
                "echo", "it is not JSON",
                "/bin/busybox yes '[[[[[[[[' | /bin/busybox tr -d '\\n' | /bin/busybox head -c 9000", "it is not JSON",
                "/bin/busybox yes", "it printed more than 1048576 bytes",
                "echo oops >&2; exit 7", "it ended with status 7: oops");
        for (Map.Entry<String, String> each : hostile.entrySet()) {
            script("second", "[ $CNI_COMMAND = DEL ] && exit 0\n" + each.getKey());
            ContainerNetwork network = new ContainerNetwork(setup, WEB);
            network.create(inNetwork(WEB, NetworkSpec.of("net")));

            assertThatThrownBy(() -> network.attach(ProcessHandle.current().pid()))
                    .as(each.getKey())
                    .isInstanceOf(IsolationException.class)
                    .hasMessageStartingWith("cannot attach container web-1 to network 'net' with plugin second: ")
                    .hasMessageContaining(each.getValue());

            network.close();
            assertThat(traces(WEB)).isEmpty();
        }
    }

    @Test
    void readsTheDirectoryOfNetworksAnewForEachContainer() throws IOException {
        assertThatThrownBy(() -> attached(NetworkSpec.of("later"))).hasMessageContaining("there are net");
        Files.writeString(
                base.resolve("net.d/20.conf"), "{\"cniVersion\":\"0.3.1\",\"name\":\"later\",\"type\":\"first\"}");
        Files.writeString(base.resolve("net.d/05.conf"), "{");

        attached(NetworkSpec.of("later")).close();

        assertThat(calls()).containsExactly("call first ADD", "call first DEL");
    }
}
