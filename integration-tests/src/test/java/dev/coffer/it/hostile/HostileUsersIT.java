package dev.coffer.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.Launched;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.it.support.Specs;
import dev.coffer.testing.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a task tries that has every capability, no filter and no {@code no_new_privs}, but a user namespace: only that is
 * left to hold it.
 */
@KernelTest
class HostileUsersIT {
    /** All that the kernel may know: those that the agent lacks itself are left out. */
    private static final Set<String> MANY = Set.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "SETGID",
            "SETUID",
            "SETPCAP",
            "NET_ADMIN",
            "SYS_CHROOT",
            "SYS_ADMIN",
            "SYS_PTRACE",
            "MKNOD");

    private static HostileHost hostile;

    @BeforeAll
    static void openHost() throws IOException {
        hostile = HostileHost.withOwnUsers();
    }

    @AfterAll
    static void closeHost() throws IOException {
        hostile.close();
    }

    private static ContainerSpec powerful(String script) {
        return Specs.with(
                hostile.script(script), new SecuritySpec(Optional.of(MANY), false, SeccompMode.UNCONFINED, Map.of()));
    }

    private static List<String> run(ContainerSpec spec) throws Exception {
        return hostile.run(spec).lines().toList();
    }

    @Test
    void readsAndChangesFilesOfTheHostsRootOnAVolume() throws Exception {
        Path volume = hostile.directory("of-root");
        Path secret = Files.writeString(volume.resolve("secret"), "text");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxr-xr-x"));

        List<String> lines = run(HostileHost.with(
                powerful("cat /v/secret; echo x > /v/secret; rm -f /v/secret; chmod 666 /v/secret; chown 0 /v/secret;"
                        + " touch /v/new; mount -o remount,rw /v; echo end"),
                new HostVolume(volume, "/v", false)));

        assertThat(lines).startsWith("end").hasSize(8);
        assertThat(Files.readString(secret)).isEqualTo("text");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        assertThat(volume.toFile().list()).containsExactly("secret");
    }

    @Test
    void leavesASetuidFileOfTheHostsRootOnAVolume() throws Exception {
        Path volume = hostile.directory("for-all");
        Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(run(HostileHost.with(
                        powerful("cat /bin/busybox > /v/sh; chmod 4755 /v/sh; stat -c '%u %a' /v/sh"),
                        new HostVolume(volume, "/v", false))))
                .containsExactly("0 4755");
        Path file = volume.resolve("sh");
        int owner = (Integer) Files.getAttribute(file, "unix:uid");
        assertThat(owner).as("whose rights it gives on the host").isGreaterThan(1 << 30);
    }

    @Test
    void isAnybodyOfTheHost() throws Exception {
        ContainerSpec spec = powerful("exec sleep 1000");
        Launched launched = hostile.host().containerizer().launch(spec);
        String status =
                new String(Files.readAllBytes(Path.of("/proc/" + launched.pid() + "/status")), StandardCharsets.UTF_8);

        assertThat(status).containsPattern("Uid:(\t1[0-9]{9}){4}\n").containsPattern("Gid:(\t1[0-9]{9}){4}\n");
        hostile.host().awaitDestroyed(spec.id());
    }

    @Test
    void usesTheHostsPrivilegesThroughItsNamespaces() throws Exception {
        List<String> lines = run(powerful("umount /proc/sys; umount /proc; umount -l /; mount -o remount,rw /proc/sys;"
                + " echo core > /proc/sys/kernel/core_pattern; mknod /tmp/d b 8 0; ip link set lo down && echo own;"
                + " hostname other && hostname; unshare -m true && echo nested; echo 1 > /proc/sysrq-trigger;"
                + " kill -9 1; cat /proc/1/environ; ls /proc/1/fd; readlink /proc/1/exe; echo end"));

        assertThat(lines).startsWith("own", "other", "nested", "end");
        assertThat(lines.stream().filter(line -> line.contains("x/") || line.contains("coffer-shim")))
                .isEmpty();
        assertThat(lines.stream().filter(line -> line.matches(".*(denied|permitted|Invalid|only|busy).*")))
                .hasSizeGreaterThanOrEqualTo(8);
    }

    @Test
    void tracesTheLauncherAndStealsItsDescriptors() throws Exception {
        assertThat(run(powerful("hostile call ptrace 16 1; hostile read /proc/1/mem; hostile rewrite /proc/1/exe;"
                        + " for f in $(seq 0 9); do hostile read /proc/1/fd/$f; done")))
                .hasSize(13)
                .allMatch(line -> line.matches("refused E(PERM|ACCES|NOENT)"));
    }

    @Test
    void makesAUserNamespaceInsideToBeTheHostsRoot() throws Exception {
        assertThat(run(powerful(
                        "unshare -U sh -c 'echo 0 1073741824 1 > /proc/self/uid_map; id -u'; cat /proc/self/uid_map")))
                .hasSize(3)
                .anyMatch(line -> line.equals("65534"))
                .anyMatch(line -> line.contains("Operation not permitted"))
                .anyMatch(line -> line.matches(" *0 +1[0-9]{9} +65536"));
    }
}
