package dev.coffer.it.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coffer.agent.Host;
import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.Statistic;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.Launchers;
import dev.coffer.it.support.TestDirectories;
import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Debian's bridge, host-local and portmap plugins. */
@ExcludedOnKernel(
        value = Kernel.VM_V2,
        reason = "the VM has neither CNI plugins nor iptables; ContainerNetworkKernelIT runs there")
class CniKernelIT {
    private static final byte[] LOCALHOST = {127, 0, 0, 1};
    private static final Duration SOON = Duration.ofSeconds(30);

    private TestDirectories directories;
    private TestNetwork network;
    private Optional<String> image = Optional.empty();
    private int next;

    @BeforeEach
    void setUp() throws IOException, InterruptedException {
        directories = new TestDirectories();
        network = new TestNetwork(directories);
        image = Optional.of(BusyboxImage.write(directories.base().resolve("image")));
    }

    @AfterEach
    void tearDown() throws IOException, InterruptedException {
        network.close();
        directories.close();
    }

    private ContainerId newId() {
        return new ContainerId(directories.prefix() + "n" + next++);
    }

    private String launched(Host host, ContainerId id, String script) {
        host.containerizer().launch(NetworkSpecs.in(NetworkSpec.of(TestNetwork.NAME), id, image, script));
        return address(id);
    }

    private String address(ContainerId id) {
        return await("address of " + id).atMost(SOON).until(() -> addressIn(output(id)), address -> !address.isEmpty());
    }

    private String addressIn(String hosts) {
        Matcher line = Pattern.compile("(" + Pattern.quote(network.subnet()) + "[0-9]+)\t")
                .matcher(hosts);
        return line.find() ? line.group(1) : "";
    }

    private String output(ContainerId id) throws IOException {
        Path file = directories.config().workDirectory().resolve("sandboxes/" + id + "/stdout");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private static void destroy(Host host, ContainerId id)
            throws InterruptedException, ExecutionException, TimeoutException {
        host.containerizer().destroy(id).orElseThrow().get(60, TimeUnit.SECONDS);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void twoContainersReachEachOtherAndKnowTheirNames()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (Host host = Host.open(network.config())) {
            HostSnapshot before = HostSnapshot.take(directories);
            ContainerId first = newId();
            String address = launched(host, first, "cat /etc/hosts; exec sleep 1000");
            ContainerId second = newId();
            launched(
                    host,
                    second,
                    "cat /etc/hosts /etc/hostname /etc/resolv.conf; busybox ping -c 2 -W 5 " + address
                            + "; echo x > /etc/hosts; echo ended");
            host.containerizer().termination(second).orElseThrow().get(60, TimeUnit.SECONDS);

            assertThat(output(second))
                    .contains("2 packets received", "\n" + second + "\n", "nameserver " + network.gateway())
                    .contains("search test.example", "ended");
            assertThat(host.containerizer().usage(first).orElseThrow().get(Statistic.NET_RX_PACKETS))
                    .isPresent();
            assertThat(host.containerizer()
                            .usage(first)
                            .orElseThrow()
                            .get(Statistic.NET_RX_PACKETS)
                            .orElseThrow())
                    .isPositive();

            destroy(host, first);
            destroy(host, second);
            assertThat(network.leftOnHost()).isEmpty();
            assertThat(HostSnapshot.take(directories).mounts()).isEqualTo(before.mounts());
        }
    }

    @Test
    void theHostReachesAMappedPort() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        int port = freePort();
        try (Host host = Host.open(network.config())) {
            ContainerId id = newId();
            host.containerizer()
                    .launch(NetworkSpecs.published(
                            id,
                            image,
                            port,
                            "cat /etc/hosts; while :; do echo hello from $(hostname) | nc -l -p 8080; done"));
            address(id);

            assertThat(answer(port)).isEqualTo("hello from " + id + "\n");

            destroy(host, id);
            assertThat(network.leftOnHost()).isEmpty();
        }
    }

    private static String answer(int port) {
        return await("port " + port)
                .atMost(SOON)
                .ignoreExceptions()
                .until(
                        () -> {
                            try (Socket socket = new Socket(InetAddress.getByAddress(LOCALHOST), port)) {
                                socket.setSoTimeout(5_000);
                                socket.shutdownOutput();
                                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                            }
                        },
                        text -> !text.isEmpty());
    }

    @Test
    void aCheckFindsANetworkThatIsNoLongerWhole()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (Host host = Host.open(network.config())) {
            ContainerId id = newId();
            long pid = host.containerizer()
                    .launch(NetworkSpecs.in(NetworkSpec.of(TestNetwork.NAME), id, image, "exec sleep 1000"))
                    .pid();
            assertThat(Host.checkNetworks(network.config())).containsEntry(id, "");

            Tools.run("nsenter", "-t", Long.toString(pid), "-n", "ip", "route", "delete", "default");

            assertThat(Host.checkNetworks(network.config()).get(id))
                    .startsWith("cannot check container " + id + " in network 'test-net' with plugin bridge: ");
            destroy(host, id);
            assertThat(Host.checkNetworks(network.config())).isEmpty();
            assertThat(network.leftOnHost()).isEmpty();
        }
    }

    @Test
    void nothingIsLeftOfAContainerWhoseAgentWasKilledAtTheGate()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        ContainerId id = newId();
        killAgentAt("launch:gate", id);
        assertThat(network.leftOnHost()).as("attached").isNotEmpty();

        try (Host host = Host.open(network.config())) {
            assertThat(host.recover().failed()).isEmpty();
        }

        assertThat(network.leftOnHost()).isEmpty();
        assertThat(HostSnapshot.take(directories).mounts()).isEmpty();
    }

    @Test
    void aRunningContainerIsDetachedByTheNextAgentThoughItsConfigurationIsGone()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        ContainerId id = newId();
        killAgentAt("launch:watch", id);
        Files.delete(network.configDirectory().resolve(TestNetwork.NAME + ".conflist"));

        try (Host host = Host.open(network.config())) {
            assertThat(host.recover().running()).contains(id);
            assertThat(host.containerizer().usage(id).orElseThrow().get(Statistic.NET_RX_BYTES))
                    .as("counted after recovery")
                    .isPresent();
            destroy(host, id);
        }

        assertThat(network.leftOnHost()).isEmpty();
        assertThat(HostSnapshot.take(directories).mounts()).isEmpty();
    }

    @Test
    void nothingIsLeftOfAnAttachmentThatWasInterrupted()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Path held = directories.base().resolve("held-in-plugin");
        Path go = directories.base().resolve("go");
        network.script("hold", """
                [ $CNI_COMMAND = ADD ] || exit 0
                touch %s
                while [ ! -e %s ]; do sleep 0.05; done
                exit 1
                """.formatted(held, go));
        network.write(TestNetwork.NAME, ", {\"type\": \"hold\"}");
        ContainerId id = newId();
        kill(startAgent("none", id, held), held);
        Files.createFile(go);
        assertThat(network.leftOnHost()).as("half attached").isNotEmpty();

        try (Host host = Host.open(network.config())) {
            assertThat(host.recover().failed()).isEmpty();
        }

        assertThat(network.leftOnHost()).isEmpty();
        assertThat(HostSnapshot.take(directories).mounts()).isEmpty();
    }

    @Test
    void theWordsOfAFailingPluginReachTheUserAndAllIsUndone() throws IOException, InterruptedException {
        network.script("refuse", """
                [ $CNI_COMMAND = ADD ] || exit 0
                echo warned >&2
                echo '{"cniVersion":"1.0.0","code":11,"msg":"no more room","details":"in test"}'
                exit 3
                """);
        network.write(TestNetwork.NAME, ", {\"type\": \"refuse\"}");
        try (Host host = Host.open(network.config())) {
            ContainerId id = newId();

            assertThatThrownBy(() -> host.containerizer()
                            .launch(NetworkSpecs.in(NetworkSpec.of(TestNetwork.NAME), id, image, "true")))
                    .isInstanceOf(ContainerException.class)
                    .hasMessage("cannot attach container " + id + " to network 'test-net' with plugin refuse:"
                            + " it ended with status 3: no more room: in test: warned");

            assertThat(network.leftOnHost()).isEmpty();
            assertThat(HostSnapshot.take(directories).mounts()).isEmpty();
            assertThat(host.containerizer().containers()).isEmpty();
        }
    }

    private void killAgentAt(String stage, ContainerId id) throws IOException, InterruptedException {
        Path held = directories.base().resolve("held");
        kill(startAgent(stage, id, held), held);
    }

    private static void kill(Process agent, Path held) throws InterruptedException {
        try {
            await("agent held").atMost(SOON).until(() -> Files.exists(held) || !agent.isAlive());
            assertThat(agent.isAlive()).as("agent held").isTrue();
        } finally {
            agent.destroyForcibly().waitFor();
        }
    }

    private Process startAgent(String stage, ContainerId id, Path held) throws IOException {
        List<String> command = new ArrayList<>(Launchers.java());
        command.add(NetworkAgent.class.getName());
        command.addAll(List.of(image.orElseThrow(), id.value(), Integer.toString(freePort()), stage, held.toString()));
        command.addAll(TestNetwork.words(network.flags()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        Redirect.to(directories.base().resolve("agent.log").toFile()))
                .start();
    }
}
