package dev.coffer.it.delegation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.it.delegation.AgentCommand.Result;
import dev.coffer.it.support.TestDirectories;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.io.IOException;
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

/** An agent in a transient scope with Delegate=yes of a systemd, which is pid 1 of a pid namespace that it manages. */
@ExcludedOnKernel(
        value = Kernel.HOST_V1,
        reason = "its cgroup2 mount carries no controller that systemd could delegate")
final class SystemdScopeKernelIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String MANAGED = "systemd-it";
    private static final String SCOPE = "coffer-it.scope";
    private static final String TASK = "task";

    /** Runs as pid 1: what systemd wants to find, its own view of cgroups, and one target that starts nothing. */
    private static final String BOOT = """
            mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system &&
            printf '[Unit]\\nDescription=nothing\\nDefaultDependencies=no\\n' > /run/systemd/system/nothing.target &&
            mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
            exec env container=coffer-it /lib/systemd/systemd --unit=nothing.target --log-target=console
            """;

    private TestDirectories directories;
    private AgentCommand agent;
    private Process systemd;
    private CgroupHierarchy hierarchy;

    @BeforeEach
    void startSystemd() throws IOException {
        directories = new TestDirectories();
        agent = new AgentCommand(directories);
        hierarchy = CgroupHierarchies.detect().carrying("memory").orElseThrow();
        hierarchy.prepare(MANAGED, Set.of("cpu", "memory", "pids"));
        hierarchy.cgroup(MANAGED + "/all").create();
        Path own = hierarchy.cgroup(MANAGED + "/all").directory();
        Path boot = Files.writeString(directories.base().resolve("boot.sh"), BOOT);
        systemd = new ProcessBuilder(
                        "sh",
                        "-c",
                        "echo $$ > " + own
                                + "/cgroup.procs && exec /bin/unshare --cgroup --pid --mount --propagation private"
                                + " --fork --kill-child --mount-proc sh " + boot)
                .redirectErrorStream(true)
                .redirectOutput(directories.base().resolve("systemd.out").toFile())
                .start();
        await().atMost(PATIENCE).until(() -> !systemd.isAlive() || managerIsReady());
        assertThat(systemd.isAlive()).as(said()).isTrue();
    }

    private boolean managerIsReady() {
        Optional<Long> pid = manager();
        return pid.isPresent() && Files.exists(Path.of("/proc/" + pid.get() + "/root/run/systemd/private"));
    }

    private Optional<Long> manager() {
        return systemd.children().findFirst().map(ProcessHandle::pid);
    }

    private String said() throws IOException {
        return Files.readString(directories.base().resolve("systemd.out"));
    }

    @AfterEach
    void endSystemd() throws IOException {
        systemd.destroyForcibly();
        hierarchy.cgroup(MANAGED).removeTree(Duration.ofMinutes(1));
        directories.close();
    }

    private List<String> inScope(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                "nsenter",
                "--target=" + manager().orElseThrow(),
                "--pid",
                "--mount",
                "--cgroup",
                "systemd-run",
                "--quiet",
                "--scope",
                "--collect",
                "--property=Delegate=yes",
                "--unit=" + SCOPE));
        words.addAll(agent.words(TASK));
        words.addAll(List.of("--mem=48m", "--pids=64", "--"));
        words.addAll(List.of(command));
        return words;
    }

    @Test
    void worksBelowItsScopeAndLeavesTheRestToSystemd() throws Exception {
        Set<String> before = CgroupsOutside.of(SCOPE);
        Process process = agent.start(inScope("sleep", "600"), TASK);
        try {
            String id = directories.prefix() + "-" + TASK;
            await().atMost(PATIENCE)
                    .until(() -> !process.isAlive() || !CgroupsOutside.named(id).isEmpty());
            assertThat(process.isAlive())
                    .as(Files.readString(agent.err(TASK)) + said())
                    .isTrue();
            await().atMost(PATIENCE)
                    .until(() -> !processes(CgroupsOutside.named(id).get(0)).isEmpty());
            Path container = CgroupsOutside.named(id).get(0);
            Path scope = CgroupsOutside.named(SCOPE).get(0);
            assertThat(container)
                    .isEqualTo(scope.resolve(directories.config().cgroupsRoot()).resolve(id));
            assertThat(CgroupsOutside.content(container.resolve("memory.max"))).contains(Integer.toString(48 << 20));
            assertThat(CgroupsOutside.content(scope.resolve("cgroup.procs"))).contains("");
            assertThat(processes(scope.resolve("coffer-agent"))).isNotEmpty();
            assertThat(CgroupsOutside.of(SCOPE)).isEqualTo(before);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            agent.await(process, TASK);
        }
    }

    private static String processes(Path cgroup) {
        return CgroupsOutside.content(cgroup.resolve("cgroup.procs")).orElse("");
    }

    @Test
    void itsLimitsBite() throws Exception {
        Result result = agent.run(inScope("dd", "if=/dev/zero", "of=/dev/null", "bs=209715200", "count=1"), TASK);

        assertThat(result.err()).contains("memory limit of " + (48 << 20) + " bytes exceeded");
        assertThat(result.status()).isEqualTo(137);
    }
}
