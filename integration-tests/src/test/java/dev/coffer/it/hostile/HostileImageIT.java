package dev.coffer.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.Specs;
import dev.coffer.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an image holds so that the launch itself, which is privileged, does harm. */
@KernelTest
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HostileImageIT {
    private static HostileHost hostile;

    @BeforeAll
    static void openHost() throws IOException {
        hostile = new HostileHost();
    }

    @AfterAll
    static void closeHost() throws IOException {
        hostile.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys", "dev"})
    void hasASymlinkWhereAKernelFilesystemBelongs(String place) throws Exception {
        Path target = hostile.directory("target-" + place);
        String image = hostile.image(Set.of(place + "/"), BusyboxImage.symlink(place, "../../../../../.." + target));

        assertThatThrownBy(() -> hostile.run(hostile.script(image, "true")))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("/" + place);
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void hasASymlinkInsteadOfDevNullSoThatItIsBoundOverMaskedFiles() throws Exception {
        String image = hostile.image(Set.of(), BusyboxImage.symlink("dev/null", "/proc/sys/kernel/core_pattern"));

        assertThat(hostile.run(hostile.script(
                        image,
                        "stat -c %F /dev/null; if [ -e /proc/kcore ]; then hostile read /proc/kcore; else echo empty; fi;"
                                + " stat -c %t:%T /dev/null")))
                .isEqualTo("character special file\nempty\n1:3");
    }

    @Test
    void hasASymlinkAsAVolumesTarget() throws Exception {
        Path outside = hostile.directory("outside");
        Path volume = hostile.directory("inside");
        String image = hostile.image(Set.of(), BusyboxImage.symlink("data", "../../../../../.." + outside));
        ContainerSpec spec =
                HostileHost.with(hostile.script(image, "true"), new HostVolume(volume, "/data/deep", true));

        assertThatThrownBy(() -> hostile.run(spec))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("/data/deep");
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void hasASymlinkThatClimbsAsAVolumesTarget() throws Exception {
        Path volume = hostile.directory("climbing");
        Files.writeString(volume.resolve("file"), "of the volume");
        String image = hostile.image(Set.of(), BusyboxImage.symlink("data", "../../../../../../home"));
        ContainerSpec spec = HostileHost.with(
                hostile.script(image, "cat /home/" + volume.getFileName() + "/file"),
                new HostVolume(volume, "/data/" + volume.getFileName(), true));

        assertThat(hostile.run(spec)).isEqualTo("of the volume");
        assertThat(Path.of("/home", volume.getFileName().toString())).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/fd/6", "/proc/self/cwd", "/proc/1/root"})
    void hasAMagicLinkAsAVolumesTarget(String link) throws Exception {
        Path volume = hostile.directory("magic" + link.replace('/', '-'));
        String image = hostile.image(Set.of(), BusyboxImage.symlink("data", link));
        ContainerSpec spec =
                HostileHost.with(hostile.script(image, "true"), new HostVolume(volume, "/data/deep", false));

        assertThatThrownBy(() -> hostile.run(spec))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("/data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc/self/fd/3", "/proc/self/fd/6", "/proc/1/root", "/proc/self/cwd"})
    void hasAMagicLinkAsItsWorkingDirectory(String link) throws Exception {
        String image = hostile.image(Set.of(), BusyboxImage.symlink("here", link));
        ContainerSpec spec = hostile.script(image, "");
        var process = spec.process();
        ContainerSpec there = new ContainerSpec(
                spec.id(),
                spec.image(),
                new dev.coffer.container.ProcessSpec(
                        java.util.List.of("pwd"),
                        Optional.empty(),
                        process.environment(),
                        Optional.of("/here"),
                        Optional.empty(),
                        true),
                spec.resources(),
                spec.isolation(),
                spec.security(),
                spec.stdio(),
                spec.sandbox());

        assertThatThrownBy(() -> hostile.run(there))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("/here");
    }

    @Test
    void hasASymlinkInsteadOfEtcHostsThatAVolumeReplaces() throws Exception {
        Path secret = Files.writeString(hostile.directory("hosts-target").resolve("hosts"), "of the host\n");
        Path hosts = Files.writeString(hostile.directory("hosts-volume").resolve("hosts"), "of the volume\n");
        String image = hostile.image(Set.of(), BusyboxImage.symlink("etc/hosts", "../../../../../.." + secret));
        ContainerSpec spec = HostileHost.with(hostile.script(image, "true"), new HostVolume(hosts, "/etc/hosts", true));

        assertThatThrownBy(() -> hostile.run(spec))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("/etc/hosts");
        assertThat(secret).hasContent("of the host");
        assertThat(hosts).hasContent("of the volume");
    }

    static Stream<Arguments> filesThatAreNone() {
        List<Arguments> all = new ArrayList<>();
        for (String name : List.of("hosts", "resolv.conf", "hostname", "passwd", "group")) {
            for (String kind : List.of("symlink", "magic link", "fifo", "huge file", "directory", "device")) {
                all.add(Arguments.of(name, kind));
            }
        }
        return all.stream();
    }

    /** The volume is bound there all the same, or the launch refused; never is another file reached, and never does it hang. */
    @ParameterizedTest
    @MethodSource("filesThatAreNone")
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void hasSomethingElseInsteadOfAFileOfEtc(String name, String kind) throws Exception {
        Path base = hostile.directory(name + " " + kind);
        Path outside = Files.writeString(base.resolve("outside"), "of the host\n");
        Path volume = Files.writeString(base.resolve("volume"), "of the volume\n");
        String place = "etc/" + name;
        String image = hostile.image(Set.of(place), instead(kind, place, outside));
        ContainerSpec spec = HostileHost.with(
                hostile.script(image, "cat /" + place + "; echo written > /" + place + " || echo denied"),
                new HostVolume(volume, "/" + place, true));

        try {
            assertThat(hostile.run(spec)).startsWith("of the volume\ndenied\n");
        } catch (ContainerException refused) {
            assertThat(refused).hasMessageContaining(place);
        }
        assertThat(outside).hasContent("of the host");
        assertThat(volume).hasContent("of the volume");
    }

    private static BusyboxImage.Addition instead(String kind, String place, Path outside) {
        return switch (kind) {
            case "symlink" -> BusyboxImage.symlink(place, "../../../../../.." + outside);
            case "magic link" -> BusyboxImage.symlink(place, "/proc/1/root" + outside);
            case "fifo" -> BusyboxImage.fifo(place);
            case "huge file" -> BusyboxImage.zeroes(place, 64 << 20);
            case "directory" -> BusyboxImage.zeroes(place + "/file", 1);
            default -> BusyboxImage.device(place, TarConstants.LF_CHR, 1, 1);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/etc/passwd", "../../../../../../etc/passwd", "/proc/self/environ", "/proc/1/root/etc/passwd"})
    void hasASymlinkInsteadOfItsAccounts(String destination) throws Exception {
        String image = hostile.image(Set.of("etc/passwd"), BusyboxImage.symlink("etc/passwd", destination));
        ContainerSpec spec = Specs.as(hostile.script(image, ""), Optional.of("daemon"), true, "id");

        assertThatThrownBy(() -> hostile.run(spec))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("passwd");
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void hasAFifoInsteadOfItsAccountsSoThatTheLaunchHangs() throws Exception {
        String image = hostile.image(Set.of("etc/passwd"), BusyboxImage.fifo("etc/passwd"));
        ContainerSpec spec = Specs.as(hostile.script(image, ""), Optional.of("daemon"), true, "id");

        assertThatThrownBy(() -> hostile.run(spec))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("passwd");
    }

    @Test
    void hasAHugeFileAsItsAccountsSoThatTheAgentRunsOutOfMemory() throws Exception {
        String image = hostile.image(Set.of("etc/passwd"), BusyboxImage.zeroes("etc/passwd", 64 << 20));
        ContainerSpec spec = Specs.as(hostile.script(image, ""), Optional.of("daemon"), true, "id");

        assertThatThrownBy(() -> hostile.run(spec))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("passwd");
    }

    @Test
    void hasDeviceNodesInItsLayers() throws Exception {
        String image = hostile.image(
                Set.of(),
                BusyboxImage.device("etc/mem", TarConstants.LF_CHR, 1, 1),
                BusyboxImage.device("etc/disk", TarConstants.LF_BLK, 254, 0),
                BusyboxImage.device("etc/null", TarConstants.LF_CHR, 1, 3));

        assertThat(hostile.run(hostile.script(image, "for d in mem disk null; do hostile read /etc/$d; done")))
                .isEqualTo("refused EACCES\nrefused EACCES\nrefused EACCES");
    }

    @Test
    void hasTerminalsThatAreFiles() throws Exception {
        Path outside = Files.writeString(hostile.directory("console").resolve("file"), "untouched\n");
        String image = hostile.image(
                Set.of(),
                BusyboxImage.symlink("dev/console", "../../../../../.." + outside),
                BusyboxImage.symlink("dev/ptmx", "/proc/sys/kernel/core_pattern"));
        String script = "readlink /dev/ptmx; [ -e /dev/console ] && echo console; echo done";

        assertThat(hostile.run(hostile.script(image, script))).isEqualTo("pts/ptmx\ndone");
        assertThat(outside).hasContent("untouched");
    }
}
