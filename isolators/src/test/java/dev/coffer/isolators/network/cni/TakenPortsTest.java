package dev.coffer.isolators.network.cni;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerId;
import dev.coffer.container.PortMapping;
import dev.coffer.container.PortMapping.Protocol;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakenPortsTest {
    private static final ContainerId ID = new ContainerId("c1");

    @TempDir
    Path directory;

    private void require(int port, Protocol protocol) {
        NetworkState state = new NetworkState(directory.resolve("durable"), directory.resolve("boot"));
        TakenPorts.requireFree(state, ID, List.of(new PortMapping(Optional.empty(), port, 80, protocol)));
    }

    @Test
    void refusesAPortThatSomethingOnTheHostListensOn() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
            int taken = port;
            assertThatThrownBy(() -> require(taken, Protocol.TCP))
                    .hasMessage("cannot publish port " + port + ":80/tcp of container c1: this host cannot have it"
                            + " (Address already in use); choose another port of the host");
        }
        assertThatCode(() -> require(port, Protocol.TCP)).doesNotThrowAnyException();
    }

    @Test
    void refusesAUdpPortToo() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThatThrownBy(() -> require(socket.getLocalPort(), Protocol.UDP))
                    .hasMessageContaining("already in use");
        }
    }

    @Test
    void refusesAPortThatAnotherContainerHasPublished() throws IOException {
        NetworkState state = new NetworkState(directory.resolve("durable"), directory.resolve("boot"));
        ContainerId other = new ContainerId("other");
        state.create(other);
        NetworkList network = NetworkList.parse("""
                {"cniVersion":"1.0.0","name":"n","plugins":[{"type":"p","capabilities":{"portMappings":true}}]}""");
        Map<String, Object> port = Map.of("hostPort", 4711, "containerPort", 80, "protocol", "tcp");
        state.write(
                other,
                List.of(new Attachment(
                        network, "eth0", Map.of("portMappings", List.of(port)), Map.of(), Optional.empty())));

        assertThatThrownBy(() -> require(4711, Protocol.TCP)).hasMessageContaining("container other has published it");
        assertThatCode(() -> require(4711, Protocol.UDP)).doesNotThrowAnyException();
    }
}
