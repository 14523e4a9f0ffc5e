package dev.coffer.it.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import dev.coffer.it.support.TestHost.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real image in a container, looked at from inside. */
class LaunchKernelIT {
    private static TestHost host;
    private HostSnapshot before;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost();
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    @BeforeEach
    void look() {
        before = HostSnapshot.take(host.directories());
    }

    @AfterEach
    void nothingButSandboxesIsLeft() throws IOException {
        try (var sandboxes = Files.newDirectoryStream(
                host.directories().config().workDirectory().resolve("sandboxes"))) {
            for (Path sandbox : sandboxes) {
                dev.coffer.linux.fs.Trees.remove(sandbox);
            }
        }
        before.assertNothingWasAdded(host.directories());
    }

    @Test
    void hasItsOwnNamesProcessesAndNetwork() throws Exception {
        ContainerSpec spec = host.script("hostname; ps -o pid,args; ls /sys/class/net; echo $FROM_IMAGE; pwd");

        Result result = host.run(spec);

        assertThat(result.stdout())
                .startsWith(spec.id() + "\n")
                .contains("coffer-shim " + spec.id())
                .contains("\nlo\nyes\n/\n");
        assertThat(result.stdout().lines().filter(line -> line.matches("\\s*[0-9]+ .*")))
                .hasSize(3);
        assertThat(result.termination().exitCode()).hasValue(0);
    }

    @Test
    void writesToItsSandboxAndNotToTheSharedLayer() throws Exception {
        assertThat(host.run(host.script("echo changed > /etc/passwd; cat /etc/passwd"))
                        .stdout())
                .isEqualTo("changed\n");

        assertThat(host.run(host.script("head -n 1 /etc/passwd")).stdout()).startsWith("root:");
    }

    @Test
    void startsWithFewCapabilitiesNoNewPrivilegesAndAFilter() throws Exception {
        String status = host.run(host.script("grep -E '^(Cap(Eff|Amb|Inh)|NoNewPrivs|Seccomp):' /proc/self/status"))
                .stdout();

        assertThat(status)
                .contains("NoNewPrivs:\t1")
                .contains("Seccomp:\t2")
                .contains("CapAmb:\t0000000000000000")
                .contains("CapInh:\t0000000000000000")
                .doesNotContain("CapEff:\t000001ff");
    }

    @Test
    void refusesWhatWouldReachTheHost() throws Exception {
        String script = "mount -t tmpfs t /tmp 2>/dev/null && echo mounted; echo 1 2>/dev/null > /proc/sys/kernel/panic"
                + " && echo wrote; mknod /tmp/d b 1 1 2>/dev/null && echo node; unshare -r true 2>/dev/null && echo unshared;"
                + " cat /proc/kcore 2>/dev/null | head -c 1 | wc -c; ls /sys/firmware | wc -l; hostname x 2>/dev/null && echo named";

        assertThat(host.run(host.script(script)).stdout()).isEqualTo("0\n0\n");
    }

    @Test
    void runsAsTheUserOfTheSpecWithTheImagesGroups() throws Exception {
        ContainerSpec spec = Specs.as(host.script(""), Optional.of("worker"), true, "sh", "-c", "id; echo $HOME; pwd");

        assertThat(host.run(spec).stdout())
                .isEqualTo("uid=1000(worker) gid=1000(worker) groups=6(disk),1000(worker)\n/home/worker\n/\n");
    }

    @Test
    void takesNumericUsersThatTheImageDoesNotKnow() throws Exception {
        ContainerSpec spec =
                Specs.as(host.script(""), Optional.of("4242:4243"), false, "sh", "-c", "id -u; id -g; echo $$");

        assertThat(host.run(spec).stdout()).isEqualTo("4242\n4243\n1\n");
    }

    @Test
    void bindsAHostDirectoryReadOnlyAndReadWrite() throws Exception {
        Path source = Files.createDirectory(host.directories().base().resolve("data"));
        Files.writeString(source.resolve("in"), "from the host\n");
        IsolationSpec isolation = new IsolationSpec(
                NetworkMode.NONE,
                Optional.of("named"),
                List.of(new HostVolume(source, "/data/deep", true), new HostVolume(source, "/rw", false)));
        ContainerSpec spec = Specs.with(
                host.script(
                        "hostname; cat /data/deep/in; echo x 2>/dev/null > /data/deep/out || echo refused; echo y > /rw/out"),
                isolation);

        assertThat(host.run(spec).stdout()).isEqualTo("named\nfrom the host\nrefused\n");
        assertThat(Files.readString(source.resolve("out"))).isEqualTo("y\n");
    }

    @Test
    void sharesTheHostsNetworkWhenAsked() throws Exception {
        ContainerSpec spec = Specs.with(
                host.script("readlink /proc/self/ns/net"),
                new IsolationSpec(NetworkMode.HOST, Optional.empty(), List.of()));

        assertThat(host.run(spec).stdout().strip())
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
    }

    @Test
    void obeysWiderSecuritySettings() throws Exception {
        SecuritySpec wide = new SecuritySpec(
                Optional.of(Set.of("SYS_ADMIN", "SYS_CHROOT")),
                false,
                SeccompMode.UNCONFINED,
                Map.of("nofile", new SecuritySpec.Rlimit(100, 200)));
        ContainerSpec spec = Specs.with(
                host.script("mount -t tmpfs t /tmp && echo mounted; ulimit -n; grep NoNew /proc/self/status"), wide);

        assertThat(host.run(spec).stdout()).isEqualTo("mounted\n100\nNoNewPrivs:\t0\n");
    }

    @Test
    void installsTheFilterAlsoWithoutNoNewPrivileges() throws Exception {
        SecuritySpec security = new SecuritySpec(Optional.empty(), false, SeccompMode.DEFAULT_PROFILE, Map.of());
        ContainerSpec spec = Specs.with(host.script("grep -E 'NoNew|Seccomp:' /proc/self/status"), security);

        assertThat(host.run(spec).stdout()).isEqualTo("NoNewPrivs:\t0\nSeccomp:\t2\n");
    }

    @Test
    void runsOnAReadOnlyViewOfTheHostWithoutAnImage() throws Exception {
        ContainerSpec spec = Specs.script(
                host.newId(),
                Optional.empty(),
                "touch /coffer-was-here 2>/dev/null || echo read-only; ls /run | wc -l; echo > /tmp/ok && echo scratch");

        assertThat(host.run(spec).stdout()).isEqualTo("read-only\n0\nscratch\n");
    }

    @Test
    void saysWhereACommandWasLookedForWith127() {
        assertLaunchFails("nothing-like-it", 127, "cannot run 'nothing-like-it'", "tried /bin");
        assertLaunchFails("/etc/absent", 127, "tried /etc/absent", "ENOENT");
    }

    @Test
    void says126ForAFileThatIsNotExecutable() {
        assertLaunchFails("/etc/not-executable", 126, "not executable", "EACCES");
    }

    @Test
    void namesAnImageThatDoesNotExist() {
        ContainerId id = host.newId();

        assertThatThrownBy(
                        () -> host.containerizer().launch(Specs.script(id, Optional.of("oci:/no/such/layout"), "true")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("/no/such/layout");
        assertThat(host.containerizer().containers()).doesNotContain(id);
    }

    @Test
    void refusesAnUnknownUser() {
        ContainerSpec spec = Specs.as(host.script(""), Optional.of("nobody-knows"), true, "true");

        assertThatThrownBy(() -> host.containerizer().launch(spec)).hasMessageContaining("nobody-knows");
    }

    @Test
    void refusesAnIdThatIsTaken() throws InterruptedException, ExecutionException, TimeoutException {
        ContainerSpec spec = host.script("sleep 1000");
        host.containerizer().launch(spec);

        assertThatThrownBy(() -> host.containerizer().launch(spec)).isInstanceOf(IllegalStateException.class);
        host.awaitDestroyed(spec.id());
    }

    private void assertLaunchFails(String command, int status, String... words) {
        ContainerSpec spec = Specs.as(host.script(""), Optional.empty(), true, command);

        assertThatThrownBy(() -> host.containerizer().launch(spec))
                .isInstanceOfSatisfying(LaunchException.class, failure -> {
                    assertThat(failure.shellStatus()).isEqualTo(status);
                    assertThat(failure).hasMessageContainingAll(words);
                });
        assertThat(host.containerizer().containers()).doesNotContain(spec.id());
    }
}
