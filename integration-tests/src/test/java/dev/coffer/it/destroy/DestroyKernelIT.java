package dev.coffer.it.destroy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerStatus.State;
import dev.coffer.container.RecoveryReport;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import dev.coffer.linux.process.PidFd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How containers end. */
class DestroyKernelIT {
    private static final int SIGTERM = 15;
    private static final int SIGSTOP = 19;
    private static final int SIGCONT = 18;
    private static final int SIGKILL = 9;

    private static TestHost host;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost();
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    @Test
    void endsATaskThatIgnoresEverySignal() throws Exception {
        ContainerSpec spec = host.script("trap '' TERM INT HUP; while :; do sleep 1; done");
        host.containerizer().launch(spec);

        Termination termination = host.awaitDestroyed(spec.id());

        assertThat(termination.reason()).isEqualTo(Reason.DESTROYED);
        assertThat(termination.signal()).hasValue(SIGKILL);
        assertThat(host.containerizer().status(spec.id())).isEmpty();
    }

    @Test
    void givesEveryCallerTheSameResult() throws Exception {
        ContainerSpec spec = host.script("sleep 1000");
        host.containerizer().launch(spec);

        List<CompletableFuture<Termination>> results = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> host.containerizer().destroy(spec.id()))
                .flatMap(Optional::stream)
                .toList();

        for (CompletableFuture<Termination> result : results) {
            assertThat(result.get().reason()).isEqualTo(Reason.DESTROYED);
        }
        assertThat(host.containerizer().destroy(spec.id())).isEmpty();
    }

    @Test
    void deliversSignalsToTheTask() throws Exception {
        ContainerSpec spec = host.script("trap 'exit 42' TERM; echo ready; while :; do sleep 0.05; done");
        host.containerizer().launch(spec);
        await().until(() -> host.output(spec.id(), "stdout").equals("ready\n"));

        assertThat(host.containerizer().kill(spec.id(), SIGTERM)).isTrue();

        assertThat(host.awaitExit(spec.id()).exitCode()).hasValue(42);
        assertThat(host.containerizer().kill(spec.id(), SIGTERM)).isFalse();
        assertThat(host.awaitDestroyed(spec.id()).reason()).isEqualTo(Reason.EXITED);
    }

    @Test
    void stopsAndContinuesATask() throws Exception {
        ContainerSpec spec = Specs.as(host.script(""), Optional.empty(), true, "sleep", "1000");
        long init = host.containerizer().launch(spec).pid();
        Path task = Path.of("/proc/" + init + "/task/" + init + "/children");
        String pid = Files.readString(task).strip();

        host.containerizer().kill(spec.id(), SIGSTOP);
        await().until(() -> stateOf(pid).equals("T"));
        host.containerizer().kill(spec.id(), SIGCONT);
        await().until(() -> stateOf(pid).equals("S"));

        host.awaitDestroyed(spec.id());
    }

    @Test
    void reapsOrphansInsideTheContainer() throws Exception {
        ContainerSpec spec = host.script("(sleep 0.1 & exit 0); sleep 0.5; ps -o stat,args | grep -c '^Z'");

        assertThat(host.run(spec).stdout()).isEqualTo("0\n");
    }

    @Test
    void saysSoWhenTheSupervisorWasKilledAndLeavesNothing() throws Exception {
        HostSnapshot before = HostSnapshot.take(host.directories());
        ContainerSpec spec = Specs.removed(host.script("sleep 1000"));
        host.containerizer().launch(spec);
        String record = Files.readString(
                host.directories().config().runtimeDirectory().resolve("containers/" + spec.id() + "/supervisor"));

        try (PidFd supervisor = PidFd.open(Integer.parseInt(record.split(" ", 2)[0]))) {
            supervisor.killNow();
        }

        assertThat(host.awaitExit(spec.id()).reason()).isEqualTo(Reason.SUPERVISOR_LOST);
        host.awaitDestroyed(spec.id());
        before.assertNothingWasAdded(host.directories());
    }

    @Test
    void endsATaskOfAnotherUserWithoutInitWhenTheSupervisorWasKilled() throws Exception {
        ContainerSpec spec = Specs.removed(Specs.as(host.script(""), Optional.of("1000"), false, "sleep", "1000"));
        int pid = (int) host.containerizer().launch(spec).pid();
        String record = Files.readString(
                host.directories().config().runtimeDirectory().resolve("containers/" + spec.id() + "/supervisor"));
        try (PidFd task = PidFd.open(pid)) {
            try (PidFd supervisor = PidFd.open(Integer.parseInt(record.split(" ", 2)[0]))) {
                supervisor.killNow();
            }

            assertThat(host.awaitExit(spec.id()).reason()).isEqualTo(Reason.SUPERVISOR_LOST);
            assertThat(task.awaitExit(0)).isTrue();
        }
        host.awaitDestroyed(spec.id());
    }

    @Test
    void survivesTheRecoveryOfAHostWithAnotherRuntimeDirectoryAndTheSameCgroups() throws Exception {
        ContainerSpec spec = Specs.removed(host.script("sleep 1000"));
        host.containerizer().launch(spec);
        HostConfig config = host.directories().config();
        Path other = Files.createDirectory(host.directories().base().resolve("other"));

        try (Host second = Host.open(new HostConfig(
                other.resolve("work"), other.resolve("run"), config.storeDirectory(), config.cgroupsRoot()))) {
            RecoveryReport report = second.recover();

            assertThat(report.removed()).isEmpty();
            assertThat(report.failed())
                    .singleElement()
                    .asString()
                    .contains(spec.id().value(), "cgroups_root");
        }
        assertThat(host.containerizer().status(spec.id()).orElseThrow().state()).isEqualTo(State.RUNNING);
        assertThat(host.awaitDestroyed(spec.id()).reason()).isEqualTo(Reason.DESTROYED);
    }

    @Test
    void keepsTheSandboxOnlyWhenAsked() throws Exception {
        ContainerSpec kept = host.script("echo kept");
        host.run(kept);
        ContainerSpec removed = Specs.removed(host.script("echo removed"));
        host.containerizer().launch(removed);
        host.awaitDestroyed(removed.id());

        Path sandboxes = host.directories().config().workDirectory().resolve("sandboxes");
        assertThat(sandboxes.resolve(kept.id().value())).exists();
        assertThat(sandboxes.resolve(removed.id().value())).doesNotExist();
    }

    @Test
    void destroysAContainerWithAStuckStageOnceTheObstacleIsGone() throws Exception {
        ContainerSpec spec = Specs.removed(host.script("exit 3"));
        host.containerizer().launch(spec);
        host.awaitExit(spec.id());
        Path sandbox = host.directories().config().workDirectory().resolve("sandboxes/" + spec.id());
        Path obstacle = Files.createDirectory(sandbox.resolve("mnt"));
        mount("-t", "tmpfs", "none", obstacle.toString());

        CompletableFuture<Termination> destroyed =
                host.containerizer().destroy(spec.id()).orElseThrow();
        await().until(() ->
                host.containerizer().status(spec.id()).orElseThrow().stuck().isPresent());
        String stuck =
                host.containerizer().status(spec.id()).orElseThrow().stuck().orElseThrow();
        assertThat(host.containerizer().status(spec.id()).orElseThrow().state()).isEqualTo(State.DESTROYING);
        new ProcessBuilder("umount", obstacle.toString()).start().waitFor();

        assertThat(stuck).contains("sandbox", "work/sandboxes", spec.id() + "/mnt", "a file system is mounted there");
        assertThat(destroyed.get(60, java.util.concurrent.TimeUnit.SECONDS).exitCode())
                .hasValue(3);
        assertThat(sandbox).doesNotExist();
    }

    private static void mount(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("mount"));
        command.addAll(List.of(arguments));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    private static String stateOf(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }

    @Test
    void canBeDestroyedWhileItIsBeingLaunched() throws InterruptedException, ExecutionException, TimeoutException {
        HostSnapshot before = HostSnapshot.take(host.directories());
        for (int i = 0; i < 20; i++) {
            ContainerSpec spec = Specs.removed(host.script("sleep 1000"));
            CompletableFuture<Void> launch =
                    CompletableFuture.runAsync(() -> host.containerizer().launch(spec));
            await().pollInterval(java.time.Duration.ofMillis(1))
                    .until(() -> host.containerizer().status(spec.id()).isPresent() || launch.isDone());
            host.containerizer().destroy(spec.id()).ifPresent(CompletableFuture::join);
            launch.handle((done, refused) -> null).get();
            assertThat(host.containerizer().status(spec.id())).isEmpty();
        }
        before.assertNothingWasAdded(host.directories());
    }
}
