package dev.coffer.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.agent.Host;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerStatus;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.container.RecoveryReport;
import dev.coffer.container.Termination;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.Launchers;
import dev.coffer.it.support.TestDirectories;
import dev.coffer.testing.Depth;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of the agent at every point of a launch and of a destroy, then recovery: either the container is known
 * again and can be destroyed, or nothing of it is left.
 */
class CrashLoopKernelIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    /** How long a launcher may outlive its agent while the gate is shut; the emulated machine is ten times slower. */
    private static final Duration GATE_TIMEOUT = Duration.ofSeconds(Launchers.emulated() ? 10 : 1);
    /** In the emulated machine a JVM takes seconds to start: a check there takes every n-th point. */
    private static final int EMULATED_SHARE = 8;

    private static TestDirectories directories;
    private static Optional<String> image;
    private static List<String> points;

    @BeforeAll
    static void findPoints() throws IOException, InterruptedException, ExecutionException {
        directories = TestDirectories.mappable();
        image = Optional.of(BusyboxImage.write(directories.base().resolve("image")));
        points = CrashPoints.of(directories.config(), Launchers.test(), image, id("dry"), Mode.HOST);
        assertThat(points).contains("launch:record", "launch:gate", "undo:record", "before-clone", "after-status");
        assertThat(points.stream().filter(point -> point.startsWith("step:"))).hasSizeGreaterThan(30);
    }

    @AfterAll
    static void removeAll() throws IOException {
        directories.close();
    }

    @Test
    void aKilledAgentLeavesAContainerThatIsKnownAgainOrNothing()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        crashAtAll(chosenPoints(), "p", Mode.HOST);
    }

    /** Only at what is not in any plan, and once everything of it is done. */
    @Test
    void aKilledAgentLeavesNothingOfAContainerWithUsersAndClocksOfItsOwn()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        List<String> all = CrashPoints.of(directories.config(), Launchers.test(), image, id("dry"), Mode.AUTO);
        List<String> chosen = all.stream()
                .filter(point -> point.matches("step:[0-9]+:(user-namespace|time-namespace|overlay-root"
                        + "|enter-user-namespace|identity)|.*namespaces/user|recorded|after-status"))
                .toList();
        assertThat(chosen).hasSize(9);
        crashAtAll(chosen, "u", Mode.AUTO);
    }

    private static void crashAtAll(List<String> chosen, String name, Mode users)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        List<String> outcomes = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            outcomes.add(chosen.get(i) + " -> " + crashAt(chosen.get(i), id(name + i), users));
        }
        outcomes.forEach(System.out::println);
        assertThat(outcomes).hasSameSizeAs(chosen);
    }

    private static List<String> chosenPoints() {
        if (!Launchers.emulated() || Depth.present() == Depth.SOAK) {
            return points;
        }
        List<String> shuffled = new ArrayList<>(points);
        Collections.shuffle(shuffled, new Random(Depth.seed()));
        return shuffled.subList(0, points.size() / EMULATED_SHARE);
    }

    private static String crashAt(String point, ContainerId id, Mode users)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        HostSnapshot before = HostSnapshot.take(directories);
        Path runtime = directories.config().runtimeDirectory();
        Path hold = runtime.resolve("containers/" + id + "/hold");
        Path heldHere = runtime.resolve("held");
        Path heldThere = runtime.resolve("containers/" + id + "/held");
        Process agent = startAgent(point, id, users);
        List<ProcessHandle> waiting = List.of();
        try {
            await("the agent at " + point)
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> Files.exists(heldHere) || Files.exists(heldThere) || !agent.isAlive());
            assertThat(agent.isAlive())
                    .as("agent held at %s, its output: %s", point, output())
                    .isTrue();
            waiting = waitingLaunchers(agent);
        } finally {
            agent.destroyForcibly().waitFor();
        }
        awaitEnd(waiting);
        Files.deleteIfExists(hold);
        Files.deleteIfExists(heldHere);
        awaitLaunchersWord(runtime, id);
        String outcome = recoverAndDestroy(point, id);
        before.assertNothingWasAdded(directories);
        return outcome;
    }

    /** The process that forks launchers, and those that it has forked ahead and nobody has taken. */
    private static List<ProcessHandle> waitingLaunchers(Process agent) {
        List<ProcessHandle> waiting =
                agent.descendants().filter(CrashLoopKernelIT::waits).toList();
        assertThat(waiting).as("launchers forked ahead by the agent").isNotEmpty();
        return waiting;
    }

    private static boolean waits(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .startsWith("coffer-shim\0waits");
        } catch (IOException gone) {
            return false;
        }
    }

    private static void awaitEnd(List<ProcessHandle> waiting) {
        await("launchers that nobody took end with their agent")
                .atMost(GATE_TIMEOUT)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> waiting.stream().noneMatch(CrashLoopKernelIT::waits));
    }

    /** Once the agent is gone the supervisor either records that the gate was opened or ends with all it started. */
    private static void awaitLaunchersWord(Path runtime, ContainerId id) {
        Path record = runtime.resolve("containers/" + id + "/supervisor");
        await("launcher of " + id + " records itself or ends")
                .atMost(GATE_TIMEOUT)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> Files.exists(record)
                        || HostSnapshot.take(directories).processes().isEmpty());
    }

    private static String recoverAndDestroy(String point, ContainerId id)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (Host host = Host.open(directories.config())) {
            RecoveryReport report = host.recover();
            assertThat(report.failed())
                    .as("failures after a crash at %s", point)
                    .isEmpty();
            Optional<ContainerStatus> status = host.containerizer().status(id);
            if (status.isEmpty()) {
                assertThat(point)
                        .as("only a container that never ran, or was being destroyed, may be gone")
                        .matches(CrashLoopKernelIT::mayBeGone);
                return "nothing left";
            }
            assertThat(point).matches(CrashLoopKernelIT::mayBeKnown);
            if (point.endsWith("-status")) {
                Termination termination =
                        host.containerizer().termination(id).orElseThrow().get(60, TimeUnit.SECONDS);
                assertThat(termination.exitCode())
                        .as("exit status after a crash at %s", point)
                        .hasValue(7);
            }
            host.containerizer().destroy(id).orElseThrow().get(60, TimeUnit.SECONDS);
            return "known, " + status.get().state();
        }
    }

    private static boolean mayBeGone(String point) {
        return !point.equals("launch:watch") && !point.equals("recorded") && !point.endsWith("-status");
    }

    /** The gate is opened by what follows stage launch:gate. */
    private static boolean mayBeKnown(String point) {
        return !point.startsWith("launch:") || point.equals("launch:watch");
    }

    private static Process startAgent(String point, ContainerId id, Mode users) throws IOException {
        List<String> command = new ArrayList<>(Launchers.java());
        command.add(CrashAgent.class.getName());
        command.addAll(List.of(
                directories.config().workDirectory().toString(),
                directories.config().runtimeDirectory().toString(),
                directories.config().storeDirectory().toString(),
                directories.config().cgroupsRoot(),
                Launchers.test().toString(),
                image.orElse(""),
                id.value(),
                point,
                users.name()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        Redirect.to(directories.base().resolve("agent.log").toFile()))
                .start();
    }

    private static String output() throws IOException {
        return Files.readString(directories.base().resolve("agent.log"));
    }

    private static ContainerId id(String name) {
        return new ContainerId(directories.prefix() + name);
    }
}
