package dev.coffer.isolators.network.ports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Limitation;
import dev.coffer.flag.NumberRange;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets of this very process, which is put into a container's cgroup meanwhile. */
final class PortsWatchKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final Duration NEVER = Duration.ofDays(1);

    private final String root = "coffer-ports-" + ProcessHandle.current().pid();
    private final List<Limitation> told = new ArrayList<>();
    private Cgroup before;
    private Cgroup all;

    @BeforeEach
    void enter() throws IOException {
        CgroupHierarchy hierarchy = CgroupHierarchies.detect().carrying("pids").orElseThrow();
        Path own = hierarchy.ownDirectory().orElseThrow();
        before = hierarchy.cgroup(hierarchy.mount().relativize(own).toString());
        all = hierarchy.prepare(root, Set.of());
        Cgroup container = all.child(ID.value());
        container.create();
        container.write("cgroup.procs", Long.toString(ProcessHandle.current().pid()));
    }

    @AfterEach
    void leave() throws IOException {
        before.write("cgroup.procs", Long.toString(ProcessHandle.current().pid()));
        all.removeTree(Duration.ofMinutes(1));
    }

    private void look(List<OpenPort.Protocol> protocols, List<NumberRange> own, String cgroups) {
        PortsWatch watch = new PortsWatch(
                new ProcessTable(Path.of("/proc"), cgroups), new PortRules(Optional.empty()), protocols, NEVER, true);
        watch.add(ID, own, told::add);
        watch.look();
        watch.remove(ID);
    }

    private static DatagramSocket bound(String address) throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.getByName(address), 0));
    }

    @Test
    void findsDatagramsOverIpv4AndIpv6OnlyIfUdpIsWatched() throws IOException {
        try (DatagramSocket four = bound("127.0.0.1");
                DatagramSocket six = bound("::1")) {
            look(List.of(OpenPort.Protocol.TCP), List.of(), root);
            assertThat(told).noneMatch(limitation -> limitation.message().contains("UDP"));
            look(List.of(OpenPort.Protocol.UDP), List.of(), root);
            assertThat(told)
                    .anyMatch(one ->
                            one.resource().equals("ports:[" + four.getLocalPort() + "-" + four.getLocalPort() + "]"))
                    .anyMatch(one ->
                            one.resource().equals("ports:[" + six.getLocalPort() + "-" + six.getLocalPort() + "]"));
        }
    }

    @Test
    void leavesItsOwnPortsAndOtherRootsAlone() throws IOException {
        try (DatagramSocket four = bound("127.0.0.1")) {
            NumberRange own = new NumberRange(four.getLocalPort(), four.getLocalPort());
            look(List.of(OpenPort.Protocol.UDP), List.of(own), root);
            look(List.of(OpenPort.Protocol.UDP), List.of(), "another");
            assertThat(told).isEmpty();
        }
    }

    /** As an agent in a unit with Delegate=yes has it, and as a container that divides its own share. */
    @Test
    void knowsContainersBelowADelegatedCgroup(@TempDir Path proc) throws IOException {
        Path process = Files.createDirectories(proc.resolve("7"));
        Files.writeString(process.resolve("cgroup"), "0::/system.slice/agent.service/coffer/c1/delegated/x\n");
        assertThat(new ProcessTable(proc, "coffer").processesByContainer()).containsOnlyKeys("c1");
    }
}
