package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep.JoinCgroup;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupFiles;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Controllers that only v1 has, mounted for these tests: neither kernel has them mounted, and both can. */
final class LegacyControllersKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final long PRIMARY = 0x10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Path> mounted = new ArrayList<>();
    private final String root = "coffer-it-" + ProcessHandle.current().pid();
    private CgroupHierarchies hierarchies;

    @TempDir
    Path directory;

    @BeforeEach
    void mountThem() throws Exception {
        for (String controller : List.of("net_cls", "net_prio")) {
            Path at = Files.createDirectory(directory.resolve(controller));
            run("mount", "-t", "cgroup", "-o", controller, "cgroup", at.toString());
            mounted.add(at);
        }
        hierarchies = CgroupHierarchies.detect();
    }

    @AfterEach
    void unmountThem() throws Exception {
        for (Path at : mounted) {
            hierarchies
                    .carrying(at.getFileName().toString())
                    .orElseThrow()
                    .cgroup(root)
                    .removeTree(PATIENCE);
            run("umount", at.toString());
        }
    }

    private static void run(String... words) throws Exception {
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    private CgroupsIsolator agent(long last) {
        NetHandles handles = new NetHandles(Optional.of(PRIMARY), 1, last);
        return new CgroupsIsolator(
                hierarchies,
                root,
                Set.of("cgroups/net_cls", "cgroups/net_prio"),
                CgroupSettings.of(FlagValues.DEFAULTS, directory).with(handles),
                PATIENCE);
    }

    private static HostResource create(CgroupsIsolator agent, ContainerId id) {
        HostResource resource = agent.resourceFor(id);
        resource.create(CgroupSpecs.of(id, Resources.UNLIMITED));
        return resource;
    }

    private Process start(HostResource resource, String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        for (var step : resource.steps()) {
            Path procs = ((JoinCgroup) step).tasksFile().resolveSibling("cgroup.procs");
            CgroupFiles.kernel().write(procs.toString(), Long.toString(process.pid()));
        }
        process.outputWriter().append("go\n").flush();
        return process;
    }

    @Test
    void reportsAndGivesBackTheClass() throws Exception {
        HostResource resource = create(agent(1), ID);
        assertThat(((ReportsUsage) resource).networkClass()).hasValue(0x100001);
        assertThat(((ReportsUsage) resource).usage().get(Statistic.NET_CLS_CLASSID))
                .hasValue(0x100001);
        assertThatThrownBy(() -> create(agent(1), new ContainerId("c2"))).hasMessageContaining("all are in use");
        agent(1).resourceFor(new ContainerId("c2")).close();
        resource.close();
        HostResource next = create(agent(1), ID);
        assertThat(((ReportsUsage) next).networkClass()).hasValue(0x100001);
        next.close();
    }

    @Test
    void agentsThatRaceNeverTakeTheSameClass() throws Exception {
        int count = 40;
        List<CgroupsIsolator> agents = List.of(agent(count), agent(count), agent(count), agent(count));
        ExecutorService threads = Executors.newFixedThreadPool(agents.size());
        Set<Long> handles = new HashSet<>();
        try {
            List<Future<HostResource>> made = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ContainerId id = new ContainerId("c" + i);
                CgroupsIsolator agent = agents.get(i % agents.size());
                made.add(threads.submit(() -> create(agent, id)));
            }
            for (Future<HostResource> one : made) {
                handles.add(((ReportsUsage) one.get(60, TimeUnit.SECONDS))
                        .networkClass()
                        .orElseThrow());
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(handles).hasSize(count);
    }

    @Test
    @ExcludedOnKernel(value = Kernel.VM_V2, reason = "there is no iptables in it to see a packet's class with")
    void packetsOfTheContainerBearTheClass() throws Exception {
        HostResource resource = create(agent(7), ID);
        String script = "read go; ip link set lo up; iptables -A OUTPUT -m cgroup --cgroup 0x100001 -j DROP;"
                + " busybox ping -c 1 -W 1 127.0.0.1; echo status $?; iptables -nvxL OUTPUT";
        Process inside = start(resource, "unshare", "--net", "sh", "-c", script);
        String said = new String(inside.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(inside.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said).contains("Operation not permitted").contains("status 1");
        assertThat(said.lines().filter(line -> line.contains("DROP")).findFirst())
                .hasValueSatisfying(line -> assertThat(line.strip()).doesNotStartWith("0"));
    }

    @Test
    void tasksAreInACgroupWhosePrioritiesCanBeSet() throws Exception {
        HostResource resource = create(agent(7), ID);
        Cgroup cgroup = hierarchies.carrying("net_prio").orElseThrow().cgroup(root + "/" + ID.value());
        cgroup.write("net_prio.ifpriomap", "lo 5");
        assertThat(cgroup.read("net_prio.ifpriomap")).contains("lo 5");
        Process inside = start(resource, "sh", "-c", "read go; cat /proc/self/cgroup");
        assertThat(new String(inside.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("net_prio:/" + root + "/" + ID.value())
                .contains("net_cls:/" + root + "/" + ID.value());
    }
}
