package dev.coffer.it.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.DeviceSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.Launched;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.OptionalNamespaces;
import dev.coffer.container.OptionalNamespaces.ClockOffsets;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.container.OptionalNamespaces.Users;
import dev.coffer.container.SandboxVolume;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Extras;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.container.Volume;
import dev.coffer.container.Volume.Propagation;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestDirectories;
import dev.coffer.it.support.TestHost;
import dev.coffer.it.support.TestHost.Result;
import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Containers with users and clocks of their own, on the real kernel. */
class UserNamespaceKernelIT {
    private static final long FIRST = 1_500_000_000L;
    private static final long SIZE = 65_536;
    /** Room for two besides those who share. */
    private static final String RANGE = "[" + FIRST + "-" + (FIRST + 3 * SIZE - 1) + "]";

    private static TestHost host;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost(TestDirectories.mappable(), directories -> Map.of("COFFER_USERNS_RANGE", RANGE));
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    private static ContainerSpec with(ContainerSpec spec, Users users, Volume... volumes) {
        return Specs.with(
                spec,
                new IsolationSpec(
                        NetworkMode.NONE,
                        Optional.empty(),
                        List.of(volumes),
                        NetworkSpec.NONE,
                        OptionalNamespaces.NONE.with(users),
                        DeviceSpec.NONE));
    }

    private static String run(ContainerSpec spec) throws Exception {
        Result result = host.run(spec);
        return (result.stdout() + result.stderr()).strip();
    }

    private static String status(long pid, String key) throws IOException {
        String status = new String(Files.readAllBytes(Path.of("/proc/" + pid + "/status")), StandardCharsets.UTF_8);
        return status.lines()
                .filter(line -> line.startsWith(key + ":\t"))
                .map(line -> line.substring(key.length() + 2))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> allotted() throws IOException {
        Path directory = host.config().runtimeDirectory().resolve("isolators/namespaces/user");
        List<Path> files = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(directory, "[0-9]*")) {
            entries.forEach(files::add);
        }
        return files;
    }

    @Test
    void rootOfTheContainerIsNobodyOnTheHost() throws Exception {
        ContainerSpec spec = with(host.script("sleep 1000"), Users.AUTO);
        Launched launched = host.containerizer().launch(spec);
        long task = ProcessHandle.of(launched.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
        String first = Long.toString(FIRST + SIZE);
        String four = String.join("\t", first, first, first, first);

        assertThat(status(launched.pid(), "Uid")).as("init").isEqualTo(four);
        assertThat(status(task, "Uid")).as("task").isEqualTo(four);
        assertThat(status(task, "Gid")).isEqualTo(four);
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + task + "/ns/user")))
                .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/user")));
        assertThat(allotted()).hasSize(1);
        host.awaitDestroyed(spec.id());
        assertThat(allotted()).isEmpty();
    }

    @Test
    void givesEveryContainerOthersAndTakesThemBack() throws Exception {
        ContainerSpec first = with(host.script("cat /proc/self/uid_map; sleep 1000"), Users.AUTO);
        ContainerSpec second = with(host.script("sleep 1000"), Users.AUTO);
        ContainerSpec third = with(host.script("cat /proc/self/uid_map /proc/self/gid_map"), Users.AUTO);
        host.containerizer().launch(first);
        host.containerizer().launch(second);

        assertThatThrownBy(() -> host.containerizer().launch(third))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("cannot give container " + third.id() + " 65536 users of its own: --userns_range")
                .hasMessageEndingWith("enlarge it, or let containers share with --userns shared");

        host.awaitDestroyed(second.id());
        ContainerSpec again = with(host.script("cat /proc/self/uid_map /proc/self/gid_map"), Users.AUTO);
        assertThat(run(again).lines().map(line -> line.strip().replaceAll(" +", " ")))
                .containsExactly("0 " + (FIRST + 2 * SIZE) + " 65536", "0 " + (FIRST + 2 * SIZE) + " 65536");
        host.awaitDestroyed(first.id());
    }

    @Test
    void letsContainersShareTheSameUsers() throws Exception {
        ContainerSpec one = with(host.script("sleep 1000"), Users.SHARED);
        ContainerSpec other = with(host.script("sleep 1000"), Users.SHARED);

        for (ContainerSpec spec : List.of(one, other)) {
            long pid = host.containerizer().launch(spec).pid();
            assertThat(status(pid, "Uid")).startsWith(FIRST + "\t");
        }
        host.awaitDestroyed(one.id());
        host.awaitDestroyed(other.id());
    }

    @Test
    void filesOfTheImageAreTheContainersAndLieOnDiskAsUsual() throws Exception {
        ContainerSpec spec = with(
                host.script("stat -c %u:%g / /bin /home/worker; touch /made; chown 1000:6 /made;"
                        + " echo x >> /etc/passwd; stat -c %u:%g /made /etc/passwd; mkdir /sub; sleep 1000"),
                Users.AUTO);
        host.containerizer().launch(spec);
        Path upper = host.config().workDirectory().resolve("sandboxes/" + spec.id() + "/rootfs/upper");
        org.awaitility.Awaitility.await().until(() -> Files.exists(upper.resolve("sub")));

        assertThat(host.output(spec.id(), "stdout").lines())
                .containsExactly("0:0", "0:0", "1000:1000", "1000:6", "0:0");
        assertThat(Files.getAttribute(upper.resolve("made"), "unix:uid")).isEqualTo(1000);
        assertThat(Files.getAttribute(upper.resolve("etc/passwd"), "unix:uid")).isEqualTo(0);
        host.awaitDestroyed(spec.id());
        assertThat(upper).doesNotExist();
    }

    @Test
    void runsAsAUserOfTheImage() throws Exception {
        ContainerSpec spec = Specs.as(
                host.script(""),
                Optional.of("worker"),
                true,
                "/bin/sh",
                "-c",
                "id; touch /home/worker/x && stat -c %u /home/worker/x; touch /etc/no");

        assertThat(run(with(spec, Users.AUTO)))
                .matches("(?s)uid=1000.worker. gid=1000.worker. groups=[^\n]*6.disk.[^\n]*\n1000\n.*")
                .endsWith("touch: /etc/no: Permission denied");
    }

    @Test
    void opensItsOwnStandardStreamsAgain() throws Exception {
        assertThat(run(with(host.script("echo one > /dev/stdout; echo two >> /proc/self/fd/1"), Users.AUTO)))
                .endsWith("two");
    }

    @Test
    void worksWithoutInitAndInTheHostsNetwork() throws Exception {
        ContainerSpec alone = Specs.as(host.script(""), Optional.empty(), false, "/bin/sh", "-c", "echo $$; id -u");
        ContainerSpec shared = host.script("id -u; readlink /proc/self/ns/net; ip link set lo down");
        ContainerSpec network = Specs.with(
                shared,
                new IsolationSpec(
                        NetworkMode.HOST,
                        Optional.empty(),
                        List.of(),
                        NetworkSpec.NONE,
                        OptionalNamespaces.NONE.with(Users.AUTO),
                        DeviceSpec.NONE));

        assertThat(run(with(alone, Users.AUTO))).isEqualTo("1\n0");
        assertThat(run(network))
                .startsWith("0\n" + Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n")
                .endsWith("Operation not permitted");
    }

    @Test
    void hasKernelFileSystemsDevicesAndALoopbackOfItsOwn() throws Exception {
        String output = run(with(
                host.script(
                        "ls /proc/self > /dev/null && echo proc; ls /sys/class/net; echo x > /dev/null && echo null;"
                                + " head -c 1 /dev/zero | wc -c; touch /dev/shm/x /dev/made && echo shm; hostname;"
                                + " ls -d /dev/mqueue /sys/fs/cgroup; ip addr show lo | grep -c 127.0.0.1;"
                                + " stat -c %g /dev/pts/ptmx"),
                Users.AUTO));

        assertThat(output.lines())
                .startsWith("proc", "lo", "null", "1", "shm")
                .endsWith("/dev/mqueue", "/sys/fs/cgroup", "1", "0");
    }

    @Test
    void cannotUndoAMountNotEvenWithSysAdmin() throws Exception {
        ContainerSpec spec = with(
                host.script("mount -t tmpfs none /tmp && echo mounted; umount /proc; umount /dev;"
                        + " mount -o remount,rw /sys; echo 1 > /proc/sys/kernel/panic"),
                Users.AUTO);
        SecuritySpec powerful =
                new SecuritySpec(Optional.of(Set.of("SYS_ADMIN")), true, SeccompMode.UNCONFINED, Map.of());

        assertThat(run(Specs.with(spec, powerful)).lines())
                .hasSize(5)
                .startsWith("mounted")
                .noneMatch(line -> line.contains("remounted"));
    }

    @Test
    void isAStrangerOnAVolumeUnlessItsOwnersAreMapped() throws Exception {
        Path volume = Files.createDirectory(host.directories().base().resolve("volume"));
        Files.writeString(volume.resolve("secret"), "text");
        Files.setPosixFilePermissions(volume.resolve("secret"), PosixFilePermissions.fromString("rw-------"));
        String script = "stat -c %u /v/secret; cat /v/secret; touch /v/made";
        HostVolume plain = new HostVolume(volume, "/v", false);
        HostVolume mapped = new HostVolume(volume, "/v", false, Propagation.PRIVATE, true);

        assertThat(run(with(host.script(script), Users.AUTO, plain)).lines())
                .containsExactly(
                        "65534", "cat: can't open '/v/secret': Permission denied", "touch: /v/made: Permission denied");
        assertThat(run(with(host.script(script), Users.AUTO, mapped))).isEqualTo("0\ntext");
        assertThat(Files.getAttribute(volume.resolve("made"), "unix:uid")).isEqualTo(0);
    }

    @Test
    void ownsItsSandboxVolumes() throws Exception {
        SandboxVolume volume = new SandboxVolume(SandboxVolume.Owner.SELF, "cache", "/cache", false);

        assertThat(run(with(host.script("touch /cache/x; stat -c %u /cache/x"), Users.AUTO, volume)))
                .isEqualTo("0");
    }

    @Test
    void refusesUsersThatItHasNot() {
        ContainerSpec spec = Specs.as(host.script(""), Optional.of("worker"), true, "id");
        Users few = new Users(Mode.AUTO, OptionalLong.of(1000));

        assertThatThrownBy(() -> host.containerizer().launch(with(spec, few)))
                .hasMessage("cannot run as user 1000 in container " + spec.id()
                        + ": its user namespace has ids 0 to 999; give it more with --userns auto:size=1024, or raise"
                        + " --userns_size");
    }

    @Test
    void namesAVolumeOnAFileSystemThatCannotMapOwners() {
        ContainerSpec spec = host.script("true");
        HostVolume volume = new HostVolume(Path.of("/proc/sys"), "/v", true, Propagation.PRIVATE, true);

        assertThatThrownBy(() -> host.containerizer().launch(with(spec, Users.AUTO, volume)))
                .hasMessageContaining(
                        "owners mapped: errno 22 EINVAL (Invalid argument); this kernel cannot map the"
                                + " owners of files on one of /proc/sys (proc), or of a mount below it: use ext4, xfs or btrfs");
    }

    @Test
    void limitsResourcesBeforeItGivesUpPrivileges() throws Exception {
        ContainerSpec spec = with(host.script("ulimit -n; ulimit -Hn"), Users.AUTO);
        SecuritySpec limited = new SecuritySpec(
                Optional.empty(), true, SeccompMode.DEFAULT_PROFILE, Map.of("nofile", new Rlimit(50, 60)));

        assertThat(run(Specs.with(spec, limited))).isEqualTo("50\n60");
    }

    @Test
    @ExcludedOnKernel(
            value = {Kernel.HOST_V1, Kernel.HOST_V2},
            reason = "the agent may lack CAP_SYS_RESOURCE there")
    void raisesAHardLimitAndLowersTheScore() throws Exception {
        ContainerSpec spec = with(host.script("ulimit -Hn; cat /proc/self/oom_score_adj"), Users.AUTO);
        SecuritySpec raised = new SecuritySpec(
                        Optional.empty(), true, SeccompMode.DEFAULT_PROFILE, Map.of("nofile", new Rlimit(50, 70_000)))
                .with(new Extras(Optional.empty(), OptionalInt.of(-5)));

        assertThat(run(Specs.with(spec, raised))).isEqualTo("70000\n-5");
    }

    @Test
    void hasTheHostsUsersIfItDoesNotAsk() throws Exception {
        assertThat(run(host.script("cat /proc/self/uid_map")).strip().replaceAll(" +", " "))
                .isEqualTo("0 0 4294967295");
        assertThat(run(with(host.script("cat /proc/self/uid_map"), Users.HOST)).replaceAll(" +", " "))
                .isEqualTo("0 0 4294967295");
    }

    @Test
    void shiftsTheClocksOfATask() throws Exception {
        ContainerSpec spec = host.script("cat /proc/uptime /proc/self/timens_offsets; readlink /proc/self/ns/time");
        ClockOffsets offsets = new ClockOffsets(Duration.ofHours(1000), Duration.ofMillis(-2500));
        for (boolean init : new boolean[] {true, false}) {
            ContainerSpec shifted = Specs.as(
                    spec, Optional.empty(), init, spec.process().command().toArray(new String[0]));
            ContainerSpec mine = new ContainerSpec(
                    host.newId(),
                    shifted.image(),
                    shifted.process(),
                    shifted.resources(),
                    IsolationSpec.DEFAULT.with(OptionalNamespaces.NONE.with(offsets)),
                    shifted.security(),
                    shifted.stdio(),
                    shifted.sandbox());
            double before = uptime();
            List<String> lines = run(mine).lines().toList();

            assertThat(Double.parseDouble(lines.get(0).split(" ", -1)[0]))
                    .isBetween(before + 3_600_000 - 1, uptime() + 3_600_000 + 1);
            assertThat(lines.get(1)).matches("monotonic +-3 +500000000");
            assertThat(lines.get(2)).matches("boottime +3600000 +0");
            assertThat(lines.get(3))
                    .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/time"))
                            .toString());
        }
    }

    private static double uptime() throws IOException {
        String text = new String(Files.readAllBytes(Path.of("/proc/uptime")), StandardCharsets.UTF_8);
        return Double.parseDouble(text.split(" ", -1)[0]);
    }
}
