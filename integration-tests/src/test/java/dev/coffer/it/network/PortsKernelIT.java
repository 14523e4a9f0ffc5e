package dev.coffer.it.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.NetworkSpec.Dns;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.flag.NumberRange;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.Launchers;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Listening ports on the host's network. */
class PortsKernelIT {
    private static final int TIMEOUT_SECONDS = Launchers.emulated() ? 300 : 30;

    private static final String IPV4 = "httpd -f -p 127.0.0.1:PORT";

    private TestDirectories directories;
    private Optional<String> image = Optional.empty();

    @BeforeEach
    void setUp() throws IOException {
        directories = new TestDirectories();
        image = Optional.of(BusyboxImage.write(directories.base().resolve("image")));
    }

    @AfterEach
    void tearDown() throws IOException {
        directories.close();
    }

    private HostConfig config(String enforce) {
        HostConfig plain = directories.config();
        Map<String, String> flags = new HashMap<>();
        flags.put("work_dir", plain.workDirectory().toString());
        flags.put("runtime_dir", plain.runtimeDirectory().toString());
        flags.put("docker_store_dir", plain.storeDirectory().toString());
        flags.put("cgroups_root", plain.cgroupsRoot());
        flags.put("isolation", String.join(",", Host.isolators(plain).names()) + ",network/ports");
        flags.put("enforce_container_ports", enforce);
        flags.put("container_ports_watch_interval", "50ms");
        return NetworkAgent.configOf(flags);
    }

    private ContainerSpec listener(String server, int port, List<NumberRange> own) {
        ContainerId id = new ContainerId(directories.prefix() + "p");
        NetworkSpec networks = new NetworkSpec(List.of(), List.of(), Dns.NONE, own);
        return Specs.with(
                Specs.script(
                        id,
                        image,
                        "touch /tmp/names; busybox " + server.replace("PORT", Integer.toString(port))
                                + " & sleep 1000"),
                new IsolationSpec(NetworkMode.HOST, Optional.empty(), List.of(), networks));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static Termination ended(Host host, ContainerId id)
            throws InterruptedException, ExecutionException, TimeoutException {
        return host.containerizer().termination(id).orElseThrow().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private void expectLimitation(String server, String protocol)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        int port = freePort();
        ContainerSpec spec = listener(server, port, List.of(new NumberRange(1, 2)));
        try (Host host = Host.open(config("true"))) {
            host.containerizer().launch(spec);

            Termination end = ended(host, spec.id());

            assertThat(end.reason()).isEqualTo(Reason.PORTS_LIMIT);
            assertThat(end.message())
                    .isEqualTo("container " + spec.id() + " listens on " + protocol + " port " + port
                            + ", which is not among its own: [1-2]");
            assertThat(end.limitation().orElseThrow().resource()).isEqualTo("ports:[" + port + "-" + port + "]");
            destroy(host, spec.id());
        }
    }

    private static void destroy(Host host, ContainerId id)
            throws InterruptedException, ExecutionException, TimeoutException {
        host.containerizer().destroy(id).orElseThrow().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void endsAContainerThatListensOnAForeignPort()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        expectLimitation(IPV4, "TCP");
    }

    @Test
    void endsOneThatDoesSoOverIpv6() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        expectLimitation("httpd -f -p [::1]:PORT", "TCP");
    }

    @Test
    void leavesAContainerAloneThatListensOnItsOwnPortAlsoAfterRecovery()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        int port = freePort();
        ContainerSpec spec = listener(IPV4, port, List.of(new NumberRange(port, port)));
        try (Host host = Host.open(config("true"))) {
            host.containerizer().launch(spec);
            awaitListener(port);
        }
        try (Host host = Host.open(config("true"))) {
            host.recover();
            awaitLooks(10);

            assertThat(host.containerizer().termination(spec.id()).orElseThrow())
                    .isNotDone();
            destroy(host, spec.id());
        }
    }

    @Test
    void onlyLogsUnlessItIsToldToEnforce()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        int port = freePort();
        ContainerSpec spec = listener(IPV4, port, List.of());
        try (Host host = Host.open(config("false"))) {
            host.containerizer().launch(spec);
            awaitListener(port);
            awaitLooks(10);

            assertThat(host.containerizer().termination(spec.id()).orElseThrow())
                    .isNotDone();
            destroy(host, spec.id());
        }
    }

    private static void awaitListener(int port) {
        String wanted = ":%04X 00000000:0000 0A".formatted(port);
        await("listener on " + port)
                .atMost(Duration.ofSeconds(TIMEOUT_SECONDS))
                .until(() -> Files.readString(Path.of("/proc/net/tcp")).contains(wanted));
    }

    /** As long as that many looks take. */
    private static void awaitLooks(int looks) {
        await("looks").pollDelay(Duration.ofMillis(50L * looks)).until(() -> true);
    }
}
