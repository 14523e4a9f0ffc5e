package dev.coffer.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import dev.coffer.it.support.Launchers;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost.Result;
import dev.coffer.linux.terminal.TerminalMaster;
import dev.coffer.testing.KernelTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a task tries that is root in its container, has the default capabilities and the default profile, and runs the
 * program {@code hostile} (hostile.c). Where it is given more, the attempt must fail for another reason than the filter.
 */
@KernelTest
class HostileTaskIT {
    private static final long NEW_USER_NAMESPACE = 0x10000000L;
    private static final int SIGSYS_STATUS = 128 + 31;

    private static HostileHost hostile;

    @BeforeAll
    static void openHost() throws IOException {
        hostile = new HostileHost();
    }

    @AfterAll
    static void closeHost() throws IOException {
        hostile.close();
    }

    private static void assertRefused(String attempt, String error) throws Exception {
        assertThat(hostile.run("hostile " + attempt)).as(attempt).isEqualTo("refused " + error);
    }

    // ---- descriptors and the launcher

    @Test
    void looksForDescriptorsThatTheLauncherForgot() throws Exception {
        assertThat(hostile.run("hostile descriptors")).isEqualTo("end");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 8, 9, 10})
    void startsInTheDirectoryOfALeakedDescriptor(int fd) throws Exception {
        ContainerSpec spec = hostile.script("");
        ProcessSpec process = new ProcessSpec(
                List.of("cat", "etc/hostile-image"),
                Optional.empty(),
                Map.of(),
                Optional.of("/proc/self/fd/" + fd),
                Optional.empty(),
                true);
        ContainerSpec there = new ContainerSpec(
                spec.id(),
                spec.image(),
                process,
                spec.resources(),
                spec.isolation(),
                spec.security(),
                spec.stdio(),
                spec.sandbox());

        assertThatThrownBy(() -> hostile.host().containerizer().launch(there))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("/proc/self/fd/" + fd);
    }

    @Test
    void overwritesTheLauncherThroughProcExe() throws Exception {
        assertRefused("rewrite /proc/1/exe", "EACCES");
        assertThat(hostile.run(HostileHost.powerful(
                        hostile.script("hostile rewrite /proc/1/exe"), "SYS_PTRACE", "DAC_OVERRIDE", "SYS_ADMIN")))
                .isIn("refused EPERM", "refused EACCES", "refused ETXTBSY");
    }

    @Test
    void makesTheLauncherRunItselfToOverwriteIt() throws Exception {
        String image = hostile.image(
                java.util.Set.of(), dev.coffer.it.support.BusyboxImage.symlink("bin/again", "/proc/self/exe"));
        ContainerSpec spec = Specs.as(hostile.script(image, ""), Optional.empty(), true, "/bin/again", "x");

        assertThat(endOf(spec)).doesNotContain("allowed");
        assertThat(hostile.run("echo launcher works")).isEqualTo("launcher works");
    }

    private static String endOf(ContainerSpec spec) throws Exception {
        try {
            return hostile.run(spec);
        } catch (LaunchException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    @Test
    void tracesTheLauncher() throws Exception {
        assertRefused("call ptrace 16 1", "EPERM");
        assertRefused("read /proc/1/mem", "EACCES");
        assertRefused("call process_vm_readv 1", "EPERM");
        assertRefused("call process_vm_writev 1", "EPERM");
    }

    @Test
    void stealsADescriptorOfTheLauncher() throws Exception {
        assertRefused("call pidfd_getfd 0 4", "EPERM");
        assertThat(hostile.run("for f in $(seq 0 40); do hostile read /proc/1/fd/$f; done; readlink /proc/1/exe"))
                .matches("(refused E(ACCES|NOENT)\n?){41}");
    }

    @Test
    void killsTheLauncher() throws Exception {
        assertThat(hostile.run("kill -9 1; kill -STOP 1; echo init lives")).isEqualTo("init lives");
    }

    // ---- /proc, /sys and /dev

    @ParameterizedTest
    @ValueSource(strings = {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/kernel/modprobe"})
    void writesToTheKernelThroughProc(String file) throws Exception {
        String before = readable(file);

        assertRefused("write " + file + " '|/bin/hostile'", Files.exists(Path.of(file)) ? "EROFS" : "ENOENT");
        assertThat(readable(file)).isEqualTo(before);
    }

    private static String readable(String file) throws IOException {
        if (!file.startsWith("/proc/sys/") || !Files.exists(Path.of(file))) {
            return "";
        }
        try (var in = Files.newInputStream(Path.of(file))) { // a sysctl is read at once or not at all
            return new String(in.readNBytes(4096), StandardCharsets.UTF_8);
        }
    }

    @Test
    void uncoversWhatIsMasked() throws Exception {
        assertThat(hostile.run("for p in /proc/kcore /proc/keys /proc/timer_list; do"
                        + " if [ -e $p ]; then hostile read $p; else echo empty; fi; done; ls /sys/firmware | wc -l"))
                .isEqualTo("empty\nempty\nempty\n0");
        assertRefused("call umount2 /proc/kcore 2", "EPERM");
        assertRefused("call mount none /proc none 0x20 0", "EPERM");
        assertRefused("call mount proc /tmp proc 0 0", "EPERM");
        assertRefused("call fsopen proc 0", "EPERM");
        assertRefused("call mount_setattr -1 / 0 0 0", "EPERM");
    }

    @Test
    void makesDeviceNodes() throws Exception {
        assertRefused("call mknodat -100 /tmp/mem 020666 0x101", "EPERM");
        assertRefused("call mknodat -100 /tmp/disk 060666 0xfe00", "EPERM");
        assertRefused("read /dev/mem", "ENOENT");
    }

    @Test
    void opensADeviceNodeThatItWasAllowedToMake() throws Exception {
        assertThat(hostile.run(HostileHost.powerful(
                        hostile.script("hostile call mknodat -100 /tmp/mem 020666 0x101; hostile read /tmp/mem"),
                        "MKNOD",
                        "SYS_RAWIO",
                        "DAC_OVERRIDE")))
                .isEqualTo("allowed\nrefused EACCES");
    }

    @Test
    void looksAtThePastAndTheFutureOfTheHost() throws Exception {
        assertRefused("call syslog 3 0 0", "EPERM");
        assertRefused("call reboot 0xfee1dead 672274793 0x1234567", "EPERM");
        assertRefused("call settimeofday 0 0", "EPERM");
        assertRefused("call swapon /tmp/x 0", "EPERM");
        assertRefused("call acct 0", "EPERM");
    }

    // ---- control groups

    @Test
    void writesTheReleaseAgent() throws Exception {
        assertThat(hostile.run("for f in $(find /sys/fs/cgroup -name release_agent -o -name notify_on_release); do"
                        + " hostile write $f 1; done | grep -v 'refused EROFS' | wc -l"))
                .isEqualTo("0");
        assertRefused("call mount cgroup /tmp cgroup 0 memory", "EPERM");
        assertRefused("call unshare 0x02000000", "EPERM");
    }

    @Test
    void mountsCgroupsAnewAndWritesTheReleaseAgentWithSysAdmin() throws Exception {
        String script = "mkdir /tmp/c; mount -t cgroup -o memory c /tmp/c 2>/dev/null || mount -t cgroup2 c /tmp/c;"
                + " find /tmp/c -name release_agent | wc -l; ls -d /tmp/c/*/coffer* 2>/dev/null | wc -l";

        assertThat(hostile.run(HostileHost.powerful(hostile.script(script), "SYS_ADMIN", "DAC_OVERRIDE")))
                .isEqualTo("0\n0");
    }

    @Test
    void writesControlFilesToLiftItsLimits() throws Exception {
        assertThat(hostile.run("for f in $(find /sys/fs/cgroup -name 'cgroup.procs' -o -name 'pids.max'"
                        + " -o -name 'memory.max' -o -name 'memory.limit_in_bytes'); do"
                        + " hostile write $f 0; done | sort | uniq"))
                .isEqualTo("refused EROFS");
        assertThat(hostile.run("mkdir /sys/fs/cgroup/escape 2>&1 | grep -c Read-only"))
                .isEqualTo("1");
    }

    // ---- namespaces and mounts

    @Test
    void makesAUserNamespaceToRegainCapabilities() throws Exception {
        assertRefused("call unshare " + NEW_USER_NAMESPACE, "EPERM");
        assertRefused("clone " + NEW_USER_NAMESPACE, "EPERM");
        assertRefused("thread unshare " + NEW_USER_NAMESPACE, "EPERM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x00020000", "0x02000000", "0x04000000", "0x08000000", "0x20000000", "0x40000000"})
    void makesAnotherNamespace(String flag) throws Exception {
        assertRefused("clone " + flag, "EPERM");
        assertRefused("call unshare " + flag, "EPERM");
    }

    @Test
    void hidesTheFlagsOfAClone() throws Exception {
        assertRefused("call clone3 0 0", "ENOSYS");
    }

    @Test
    void entersNamespacesOfOthers() throws Exception {
        assertRefused("call setns 0 0", "EPERM");
        assertThat(hostile.run("readlink /proc/1/root; ls /proc | grep -c '^[0-9]'"))
                .doesNotContain("/dev/shm");
    }

    @Test
    void propagatesAMountBackToTheHost() throws Exception {
        Path volume = hostile.directory("propagation");
        ContainerSpec spec = HostileHost.powerful(
                HostileHost.with(
                        hostile.script(
                                "mount -o rshared none /v 2>/dev/null; mount -t tmpfs escaped /v && echo mounted;"
                                        + " touch /v/seen"),
                        new HostVolume(volume, "/v", false)),
                "SYS_ADMIN",
                "DAC_OVERRIDE");

        assertThat(hostile.run(spec)).isEqualTo("mounted");
        assertThat(volume.resolve("seen")).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(volume.toString());
    }

    @Test
    void breaksOutOfItsRootByChroot() throws Exception {
        assertThat(hostile.run("hostile chroot")).isEqualTo("still inside");
    }

    @Test
    void pivotsItsRootAway() throws Exception {
        assertRefused("call pivot_root . .", "EPERM");
        assertRefused("call open_tree -100 / 1", "EPERM");
        assertRefused("call move_mount -100 / -100 /tmp 0", "EPERM");
    }

    @Test
    void redirectsTheOverlayByItsAttributes() throws Exception {
        assertRefused("call setxattr /etc trusted.overlay.redirect /../../etc 10 0", "EPERM");
    }

    // ---- files of the host

    @Test
    void opensTheHostsRootByItsHandle() throws Exception {
        assertRefused("handle /etc/hostile-image", "EPERM");
    }

    @Test
    void writesASetUserIdFileThroughAVolume() throws Exception {
        Path volume = hostile.directory("setuid");
        HostVolume shared = new HostVolume(volume, "/v", false);
        hostile.run(HostileHost.with(hostile.script("cat /bin/hostile > /v/hostile; chmod 4755 /v/hostile"), shared));
        ContainerSpec other = Specs.as(
                HostileHost.with(hostile.script(""), shared), Optional.of("worker"), true, "/v/hostile", "users");

        assertThat(hostile.run(other)).isEqualTo("uid 1000 euid 1000");
    }

    @Test
    void leavesASetUserIdFileForUsersOfTheHost() throws Exception {
        ContainerSpec spec = hostile.script("cat /bin/hostile > /tmp/hostile; chmod 4755 /tmp/hostile");
        Result result = hostile.host().run(spec);
        Path work = hostile.host().directories().config().workDirectory();

        assertThat(result.termination().exitCode()).hasValue(0);
        assertThat(Files.getPosixFilePermissions(work.resolve("sandboxes")))
                .doesNotContain(
                        PosixFilePermission.OTHERS_EXECUTE,
                        PosixFilePermission.OTHERS_READ,
                        PosixFilePermission.GROUP_EXECUTE);
    }

    // ---- terminals, keys, sockets

    @ParameterizedTest
    @ValueSource(strings = {"0", "0xffffffff"})
    void typesIntoItsTerminal(String upperHalf) throws Exception {
        Path volume = hostile.directory("terminal" + upperHalf);
        ContainerSpec spec = HostileHost.with(
                hostile.script("hostile type " + upperHalf + " > /v/result; stat -c %F /dev/console > /v/console"),
                new HostVolume(volume, "/v", false));
        ContainerSpec there = new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process(),
                spec.resources(),
                spec.isolation(),
                spec.security(),
                new Stdio.Terminal(24, 80),
                SandboxPolicy.KEEP);
        try (var ignored = new TerminalMaster(
                hostile.host().containerizer().launch(there).terminalFd().orElseThrow())) {
            hostile.host().awaitExit(there.id());
            hostile.host().awaitDestroyed(there.id());
        }

        assertThat(Files.readString(volume.resolve("result"))).isEqualTo("refused EPERM\n");
        assertThat(Files.readString(volume.resolve("console"))).isEqualTo("character special file\n");
    }

    @Test
    void readsKeysOfTheSessionThatStartedIt() throws Exception {
        String ours = hostOutput("keyring");
        String theirs = hostile.run(HostileHost.powerful(hostile.script("hostile keyring"), "CHOWN"));

        assertThat(theirs).startsWith("keyring ").isNotEqualTo(ours);
        assertRefused("keyring", "EPERM");
        assertRefused("call add_key user x y 1 -3", "EPERM");
    }

    private static String hostOutput(String... words) throws IOException, InterruptedException {
        Process process = onHost(words);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    private static Process onHost(String... words) throws IOException {
        List<String> command =
                new java.util.ArrayList<>(List.of(Launchers.hostile().toString()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command).start();
    }

    @Test
    void connectsToAnAbstractSocketOfTheHost() throws Exception {
        String name = "coffer-hostile-" + hostile.host().directories().prefix();
        Process server = onHost("listen", name);
        try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
            assertThat(said.readLine()).isEqualTo("ready");
            assertThat(hostOutput("connect", name)).isEqualTo("allowed");

            assertRefused("connect " + name, "ECONNREFUSED");
        } finally {
            server.getOutputStream().close();
            server.waitFor();
        }
    }

    @Test
    void findsAnAbstractSocketOfOursInTheHostsNetwork() throws Exception {
        ContainerSpec spec = Specs.with(
                hostile.script("grep -c '@.*coffer' /proc/net/unix"),
                new IsolationSpec(NetworkMode.HOST, Optional.empty(), List.of()));

        assertThat(hostile.run(spec)).isEqualTo("0");
    }

    @Test
    void opensSocketsOfDangerousFamilies() throws Exception {
        assertRefused("call socket 17 3 0", "EPERM"); // packets
        assertThat(hostile.run("hostile call socket 2 3 1")).isEqualTo("refused EPERM"); // raw
        for (int family : new int[] {38 /* AF_ALG */, 40 /* AF_VSOCK */, 21 /* AF_RDS */, 30 /* AF_TIPC */}) {
            assertThat(hostile.run("hostile call socket " + family + " 1 0")).startsWith("refused E");
        }
    }

    // ---- the filter

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bpf 0 0 0",
                "perf_event_open 0 0 -1 -1 0",
                "io_uring_setup 1 0",
                "userfaultfd 1",
                "kexec_load 0 0 0 0",
                "init_module 0 0 x",
                "finit_module 0 x 0",
                "delete_module x 0",
                "fanotify_init 0 0",
                "quotactl 0 0 0 0",
                "keyctl 0 -3"
            })
    void asksTheKernelForWhatOrdinaryProgramsDoNotNeed(String call) throws Exception {
        assertThat(hostile.run("hostile call " + call + "; hostile thread " + call))
                .isEqualTo("refused EPERM\nrefused EPERM");
    }

    @ParameterizedTest
    @ValueSource(strings = {"32-bit", "x32"})
    void entersTheKernelByAnotherDoor(String door) throws Exception {
        Result result =
                hostile.host().run(Specs.as(hostile.script(""), Optional.empty(), true, "hostile", "enter", door));

        assertThat(result.stdout()).isEmpty();
        assertThat(result.termination().shellStatus()).isEqualTo(SIGSYS_STATUS);
    }

    @Test
    void asksForACallThatNobodyKnows() throws Exception {
        assertRefused("call 1000 0", "ENOSYS");
    }

    @Test
    void signalsProcessesOfTheHost() throws Exception {
        Process bystander =
                onHost("listen", "bystander-" + hostile.host().directories().prefix());
        try {
            hostile.run("hostile call kill -1 9");
            assertThat(hostile.run("hostile call kill " + bystander.pid() + "0 9"))
                    .isEqualTo("refused ESRCH");
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.getOutputStream().close();
            bystander.waitFor();
        }
    }

    @Test
    void regainsPrivilegesWithASetUserIdProgramOfItsImage() throws Exception {
        ContainerSpec spec = Specs.as(hostile.script(""), Optional.of("worker"), true, "su", "-c", "id -u");

        assertThat(hostile.run(spec)).doesNotStartWith("0");
        assertThat(SecuritySpec.DEFAULT.noNewPrivileges()).isTrue();
    }
}
