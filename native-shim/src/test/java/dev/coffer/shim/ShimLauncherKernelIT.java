package dev.coffer.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coffer.container.ContainerId;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.CapabilitySets;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolation.Namespace;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import dev.coffer.linux.process.Processes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on the real kernel: a static busybox in all namespaces. */
class ShimLauncherKernelIT {
    private static final int STEP_TIMEOUT_MILLIS = 20_000;
    private static final ContainerId ID = new ContainerId("shim-it");

    @TempDir
    Path directory;

    private Path runtime;
    private Path rootfs;
    private LaunchStep rootStep;
    private ShimLauncher launcher;

    @BeforeEach
    void setUp() throws IOException {
        runtime = Files.createDirectory(directory.resolve("runtime"));
        rootfs = Files.createDirectory(directory.resolve("rootfs"));
        Files.createDirectory(rootfs.resolve("bin"));
        Path busybox = Files.copy(Path.of("/bin/busybox"), rootfs.resolve("bin/busybox"));
        assertThat(busybox.toFile().setExecutable(true, false)).isTrue();
        for (String applet :
                List.of("sh", "cat", "hostname", "ls", "id", "mount", "ip", "true", "sleep", "kill", "head")) {
            Files.createSymbolicLink(rootfs.resolve("bin/" + applet), Path.of("busybox"));
        }
        rootStep = new LaunchStep.BindRoot(rootfs, false);
        launcher = new ShimLauncher(ShimBinary.release());
    }

    @AfterEach
    void tearDown() {
        launcher.close();
    }

    @Test
    void runsAProgramAsPidTwoBelowInitInNamespacesOfItsOwn() throws IOException {
        String output =
                run(true, "sh", "-c", "echo $$; hostname; cat /proc/1/comm; ls /proc/self/fd | wc -w; ip addr show lo");

        assertThat(output.lines().limit(3)).containsExactly("2", "inside", "coffer-shim");
        assertThat(output).contains("127.0.0.1");
    }

    @Test
    void runsTheTaskAsPidOneWithoutInit() throws IOException {
        String output = run(false, "sh", "-c", "echo $$; ls -d /proc/[0-9]*");

        assertThat(output).startsWith("1\n");
    }

    @Test
    void leavesNoDescriptorOfTheAgentToTheTask() throws IOException {
        String output = run(true, "ls", "/proc/self/fd");

        // 3 is ls's own, for the directory it reads
        assertThat(output.lines()).containsExactly("0", "1", "2", "3");
    }

    @Test
    void recordsTheExitStatusOfTheTask() throws IOException {
        assertThat(exit("sh", "-c", "exit 7")).isEqualTo(7 << 8);
        assertThat(exit("sh", "-c", "kill -9 $$")).isEqualTo(9);
    }

    @Test
    void reportsACommandThatDoesNotExist() {
        assertThatThrownBy(() -> run(true, "no-such-command"))
                .isInstanceOfSatisfying(StepFailedException.class, failure -> {
                    assertThat(failure.step()).isEqualTo("exec");
                    assertThat(failure.errno()).isEqualTo(2);
                });
    }

    @Test
    void reportsTheStepThatFailed() {
        List<LaunchStep> extra = List.of(new LaunchStep.MountFilesystem("nosuchfs", "/proc/x", Set.of(), ""));

        assertThatThrownBy(() -> run(true, extra, "true"))
                .isInstanceOfSatisfying(
                        StepFailedException.class,
                        failure -> assertThat(failure.step()).isEqualTo("mount-filesystem"));
    }

    @Test
    void reportsTheStepThatFailedAlsoWhenTheLauncherIsGoneByThen() throws IOException {
        List<LaunchStep> extra = List.of(new LaunchStep.MountFilesystem("nosuchfs", "/proc/x", Set.of(), ""));
        try (StandardStreams streams = StandardStreams.inherited(false);
                Child child = launcher.start(ID, plan(true, extra, "true"), runtime, streams)) {
            assertThat(child.supervisor().awaitExit(STEP_TIMEOUT_MILLIS)).isTrue();

            assertThatThrownBy(() -> child.awaitReady(STEP_TIMEOUT_MILLIS)).isInstanceOf(StepFailedException.class);
        }
    }

    @Test
    void showsNothingWritableThatTheHostMountsBelowAReadOnlyVolumeLater() throws Exception {
        Path volume = Files.createDirectory(directory.resolve("volume"));
        mount("mount", "-t", "tmpfs", "none", volume.toString());
        try {
            mount("mount", "--make-shared", volume.toString());
            Path below = Files.createDirectory(volume.resolve("below"));
            List<LaunchStep> bind = List.of(new LaunchStep.Bind(volume, "/v", Set.of(MountFlag.RDONLY)));
            Path out = directory.resolve("out");
            String script =
                    "while ! ls /v/go >&2; do sleep 0.05; done; (>/v/below/file) 2>/dev/null && echo written || echo refused";
            try (StandardStreams streams = StandardStreams.files(out, directory.resolve("err"));
                    Child child = launcher.start(ID, plan(true, bind, "sh", "-c", script), runtime, streams)) {
                child.awaitReady(STEP_TIMEOUT_MILLIS);
                child.release(STEP_TIMEOUT_MILLIS);
                mount("mount", "-t", "tmpfs", "none", below.toString());
                Files.createFile(volume.resolve("go"));
                assertThat(child.supervisor().awaitExit(STEP_TIMEOUT_MILLIS)).isTrue();
            }
            mount("umount", below.toString());
            assertThat(out).hasContent("refused");
        } finally {
            mount("umount", volume.toString());
        }
    }

    private static void mount(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void closesATerminalThatNobodyTook() throws IOException {
        List<LaunchStep> terminal = List.of(
                new LaunchStep.MountFilesystem("devpts", "/dev/pts", Set.of(), "newinstance,ptmxmode=0666"),
                new LaunchStep.OpenTerminal(24, 80));
        long before = openTerminals();

        assertThatThrownBy(() -> run(true, terminal, "no-such-command")).isInstanceOf(StepFailedException.class);

        assertThat(openTerminals()).isEqualTo(before);
    }

    private static long openTerminals() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).endsWith("ptmx")) {
                    count++;
                }
            }
        }
        return count;
    }

    @Test
    void opensNoDeviceNodeThatTheRootFileSystemBrings() throws IOException {
        makeZeroDevice(rootfs);

        assertThat(run(true, "sh", "-c", "ls /zero; (cat /zero | head -c 1) 2>&1"))
                .startsWith("/zero\n")
                .contains("Permission denied");
    }

    @Test
    void opensNoDeviceNodeThatALayerBrings() throws IOException {
        makeZeroDevice(rootfs);
        Path upper = Files.createDirectory(directory.resolve("upper"));
        Path work = Files.createDirectory(directory.resolve("work"));
        rootStep = new LaunchStep.OverlayRoot(directory, List.of("rootfs"), upper, work, true);

        assertThat(run(true, "sh", "-c", "ls /zero; (cat /zero | head -c 1) 2>&1"))
                .startsWith("/zero\n")
                .contains("Permission denied");
    }

    private static void makeZeroDevice(Path in) throws IOException {
        try (OpenDirectory root = OpenDirectory.open(in)) {
            root.makeNode(PathBytes.of("zero"), FileStatus.CHARACTER_DEVICE | 0666, 1, 5);
        }
    }

    @Test
    void endsEverythingWhenTheGateIsNeverOpened() throws IOException {
        int pid;
        int supervisor;
        try (StandardStreams streams = StandardStreams.inherited(false)) {
            Child child = launcher.start(ID, plan(true, List.of(), "true"), runtime, streams);
            child.awaitReady(STEP_TIMEOUT_MILLIS);
            pid = child.init().pid();
            supervisor = child.supervisor().pid();
            child.close();
        }

        assertThat(Processes.startTime(pid)).isEmpty();
        assertThat(Processes.startTime(supervisor)).isEmpty();
        assertThat(SupervisorRecord.read(runtime)).isEmpty();
    }

    @Test
    void makesNewLaunchersWhenTheProcessThatForksThemWasKilled() throws Exception {
        assertThat(run(true, "hostname")).isEqualTo("inside\n");
        ProcessHandle first = forker();

        first.destroyForcibly();
        first.onExit().get(STEP_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);

        // the first of them may still get the launcher that waited
        assertThat(run(true, "hostname")).isEqualTo("inside\n");
        assertThat(run(true, "hostname")).isEqualTo("inside\n");
        assertThat(forker()).isNotEqualTo(first);
    }

    @Test
    void takesEveryLauncherWithItWhenClosed() throws Exception {
        launcher.prepare();
        await("one that forks and one that waits")
                .until(() -> ProcessHandle.current().descendants().count() == 2);
        List<ProcessHandle> all = ProcessHandle.current().descendants().toList();

        launcher.close();

        assertThat(all).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void leavesTheSupervisorOnTheHostsNetwork() throws Exception {
        try (StandardStreams streams = StandardStreams.inherited(false);
                Child child = launcher.start(ID, plan(true, List.of(), "sleep", "60"), runtime, streams)) {
            child.awaitReady(STEP_TIMEOUT_MILLIS);

            assertThat(networkOf(child.supervisor().pid()))
                    .isEqualTo(networkOf(ProcessHandle.current().pid()));
            assertThat(networkOf(child.init().pid()))
                    .isNotEqualTo(networkOf(ProcessHandle.current().pid()));
        }
    }

    private static String networkOf(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
    }

    private static ProcessHandle forker() {
        List<ProcessHandle> children = ProcessHandle.current().children().toList();
        assertThat(children).hasSize(1);
        return children.get(0);
    }

    private String run(boolean init, String... command) throws IOException {
        return run(init, List.of(), command);
    }

    private String run(boolean init, List<LaunchStep> extra, String... command) throws IOException {
        Path out = directory.resolve("out");
        Files.deleteIfExists(out);
        try (StandardStreams streams = StandardStreams.files(out, directory.resolve("err"));
                Child child = launcher.start(ID, plan(init, extra, command), runtime, streams)) {
            child.awaitReady(STEP_TIMEOUT_MILLIS);
            child.release(STEP_TIMEOUT_MILLIS);
            assertThat(child.supervisor().awaitExit(STEP_TIMEOUT_MILLIS)).isTrue();
        }
        return Files.readString(out);
    }

    private int exit(String... command) throws IOException {
        run(true, command);
        return SupervisorRecord.Exit.read(runtime).orElseThrow().waitStatus();
    }

    private LaunchPlan plan(boolean init, List<LaunchStep> extra, String... command) throws IOException {
        Path root = directory.resolve("root");
        Files.createDirectories(root);
        Map<String, String> filesystems = Map.of("/proc", "proc", "/dev/shm", "tmpfs");
        List<LaunchStep> steps = new ArrayList<>();
        steps.add(new LaunchStep.UnshareCgroup());
        steps.add(rootStep);
        filesystems.forEach((target, type) ->
                steps.add(new LaunchStep.MountFilesystem(type, target, Set.of(MountFlag.NOSUID), "")));
        steps.add(new LaunchStep.PivotRoot());
        steps.add(new LaunchStep.Hostname("inside"));
        steps.add(new LaunchStep.LoopbackUp());
        steps.add(new LaunchStep.SessionKeyring());
        steps.add(new LaunchStep.WorkingDirectory("/", 0, 0));
        steps.add(new LaunchStep.NoNewPrivileges());
        steps.add(new LaunchStep.Identity(0, 0, List.of(), new CapabilitySets(0, 0, 0, 0)));
        steps.add(new LaunchStep.Exec(List.of(command), List.of("PATH=/bin")));
        steps.addAll(extra);
        return LaunchPlan.of(EnumSet.complementOf(EnumSet.of(Namespace.USER, Namespace.TIME)), root, init, steps);
    }
}
