package dev.coffer.isolators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.HostVolume;
import dev.coffer.container.ImageConfig;
import dev.coffer.container.ImageFiles;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.BindRoot;
import dev.coffer.isolators.filesystem.HostRootFilesystem;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.shim.Child;
import dev.coffer.shim.ShimBinary;
import dev.coffer.shim.ShimLauncher;
import dev.coffer.shim.StandardStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole plan on the real kernel, seen from inside: a static busybox that looks at itself and tries to get out. */
class ConfinementKernelIT {
    private static final int TIMEOUT_MILLIS = 20_000;

    @TempDir
    Path directory;

    private Path rootfs;
    private ShimLauncher launcher;

    @BeforeEach
    void setUp() throws IOException {
        rootfs = Files.createDirectories(directory.resolve("rootfs"));
        Files.createDirectories(rootfs.resolve("bin"));
        Files.createDirectories(rootfs.resolve("etc"));
        Files.writeString(rootfs.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\nweb:x:33:34::/srv:/bin/sh\n");
        Files.writeString(rootfs.resolve("etc/group"), "root:x:0:\nadm:x:4:web\n");
        Path busybox = Files.copy(Path.of("/bin/busybox"), rootfs.resolve("bin/busybox"));
        assertThat(busybox.toFile().setExecutable(true, false)).isTrue();
        launcher = new ShimLauncher(ShimBinary.release());
    }

    @AfterEach
    void tearDown() {
        launcher.close();
    }

    private Rootfs image() {
        ImageFiles files = (path, maxBytes) -> {
            try {
                return Optional.of(Files.readAllBytes(rootfs.resolve(path)));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        };
        return new Rootfs(List.of(new BindRoot(rootfs, false)), ImageConfig.EMPTY, files);
    }

    private static ProcessSpec shell(String user, String script) {
        return new ProcessSpec(
                List.of("busybox", "sh", "-c", script),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Optional.of(user),
                true);
    }

    private static IsolatorCatalog catalog() {
        return new IsolatorCatalog(HostFacts.ofThisHost(), List.of());
    }

    /** Without cgroups, which are tested on their own. */
    private IsolatorSetting setting() {
        IsolatorSetting setting = new IsolatorSetting(FlagValues.DEFAULTS, List.of(), directory, directory, directory);
        List<String> names =
                new ArrayList<>(IsolatorSelection.of(catalog(), setting).names());
        names.removeIf(name -> name.startsWith("cgroups/"));
        return setting.with(names);
    }

    private String run(Specs specs, Rootfs root) throws IOException {
        LaunchContext context =
                new LaunchContext(specs.spec("confined"), root.config(), root.files(), directory.resolve("sandbox"));
        List<LaunchStep> steps = new ArrayList<>(root.mounts());
        IsolatorSet isolators = catalog().create(setting());
        isolators.inChild().forEach(isolator -> steps.addAll(isolator.plan(context)));
        LaunchPlan plan = LaunchPlan.of(
                isolators.namespacesOf(context.spec()),
                Files.createDirectories(directory.resolve("root")),
                true,
                steps);
        Path runtime = Files.createDirectories(directory.resolve("runtime"));
        Path out = Files.createTempFile(directory, "out", "");
        try (StandardStreams streams = StandardStreams.files(out, out);
                Child child = launcher.start(context.spec().id(), plan, runtime, streams)) {
            child.awaitReady(TIMEOUT_MILLIS);
            child.release(TIMEOUT_MILLIS);
            assertThat(child.supervisor().awaitExit(TIMEOUT_MILLIS)).isTrue();
        }
        return Files.readString(out);
    }

    private String run(Specs specs) throws IOException {
        return run(specs, image());
    }

    private static Specs asRoot(String script) {
        return Specs.DEFAULT.with(shell("0", script));
    }

    private static SecuritySpec security(boolean noNewPrivileges, String... capabilities) {
        return new SecuritySpec(
                Optional.of(Set.of(capabilities)), noNewPrivileges, SeccompMode.DEFAULT_PROFILE, Map.of());
    }

    @Test
    void leavesRootTheDefaultCapabilitiesBehindAFilter() throws IOException {
        String status = run(asRoot("busybox grep -E '^(Cap|NoNew|Seccomp:)' /proc/self/status"));

        assertThat(status.lines())
                .containsExactly(
                        "CapInh:\t0000000000000000",
                        "CapPrm:\t00000000800405fb",
                        "CapEff:\t00000000800405fb",
                        "CapBnd:\t00000000800405fb",
                        "CapAmb:\t0000000000000000",
                        "NoNewPrivs:\t1",
                        "Seccomp:\t2");
    }

    @Test
    void givesAUserItsGroupsHomeAndRequestedCapabilities() throws IOException {
        Specs specs = Specs.DEFAULT
                .with(shell("web", "busybox id; echo $HOME; busybox grep -E '^Cap(Eff|Amb)' /proc/self/status"))
                .with(security(true, "NET_BIND_SERVICE"));

        assertThat(run(specs).lines())
                .containsExactly(
                        "uid=33(web) gid=34 groups=4(adm),34",
                        "/srv",
                        "CapEff:\t0000000000000400",
                        "CapAmb:\t0000000000000400");
    }

    @Test
    void confinesATaskThatMayGainPrivilegesToo() throws IOException {
        Specs specs = asRoot("busybox grep -E '^(NoNew|Seccomp:)' /proc/self/status; busybox unshare -n true")
                .with(security(false));

        assertThat(run(specs).lines())
                .containsExactly(
                        "NoNewPrivs:\t0", "Seccomp:\t2", "unshare: unshare(0x40000000): Operation not permitted");
    }

    @Test
    void refusesTheWaysOut() throws IOException {
        String output = run(asRoot("""
            busybox mount -t tmpfs none /bin || echo no mount
            echo 1 > /proc/sys/kernel/panic || echo no sysctl
            echo b > /proc/sysrq-trigger || echo no sysrq
            busybox mkdir /sys/fs/cgroup/x || echo no cgroup
            busybox mknod /dev/disk b 8 0 || echo no device
            busybox hostname other || echo no hostname
            busybox ls -A /sys/firmware
            busybox wc -c < /proc/interrupts
            """));

        assertThat(output.lines().filter(line -> line.startsWith("no ")))
                .containsExactly("no mount", "no sysctl", "no sysrq", "no cgroup", "no device", "no hostname");
        assertThat(output).endsWith("\n0\n");
    }

    @Test
    void preparesWhatProgramsExpect() throws IOException {
        String output = run(asRoot("""
            busybox ls /dev | busybox tr '\\n' ' '; echo
            echo lost > /dev/null; busybox head -c 3 /dev/zero | busybox wc -c
            echo kept > /dev/shm/file; busybox cat /dev/shm/file
            echo out >> /dev/stdout; busybox pwd; busybox hostname; busybox cat /proc/self/cgroup | busybox grep ^0:
            """));

        assertThat(output.lines())
                .containsExactly(
                        "fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero ",
                        "3",
                        "kept",
                        "out",
                        "/",
                        "confined",
                        "0::/");
    }

    @Test
    void setsLimitsOfTheTask() throws IOException {
        SecuritySpec limited = new SecuritySpec(
                Optional.empty(), true, SeccompMode.DEFAULT_PROFILE, Map.of("nofile", new Rlimit(100, 200)));

        assertThat(run(asRoot("ulimit -Sn; ulimit -Hn").with(limited))).isEqualTo("100\n200\n");
    }

    @Test
    void bindsVolumesThatCanBeReadOnly() throws IOException {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.writeString(data.resolve("file"), "content\n");
        Specs specs = asRoot("busybox cat /v/r/file; echo x > /v/w/new; echo x > /v/r/other || echo no write")
                .with(new IsolationSpec(
                        NetworkMode.NONE,
                        Optional.empty(),
                        List.of(new HostVolume(data, "/v/r", true), new HostVolume(data, "/v/w", false))));

        assertThat(run(specs)).startsWith("content\n").endsWith("no write\n");
        assertThat(data.resolve("new")).exists();
        assertThat(data.resolve("other")).doesNotExist();
    }

    @Test
    void runsOnAReadOnlyViewOfTheHostWithoutItsSockets() throws IOException {
        Path hidden = Files.createDirectories(directory.resolve("hidden/inner")).getParent();
        String script =
                "echo x > /etc/coffer-test || echo no write; busybox ls -A /run; echo x > /tmp/x && echo scratch;"
                        + "busybox ls -A " + hidden + " || echo unseen";

        String output = run(asRoot(script), new HostRootFilesystem(List.of(hidden)).rootfs());

        assertThat(output).contains("no write\nscratch\n").doesNotContain("inner");
    }
}
