package dev.coffer.isolators.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ImageConfig;
import dev.coffer.container.ImageFiles;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.BindRoot;
import dev.coffer.isolation.LaunchStep.MaskPath;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.MountFlag;
import dev.coffer.rootfs.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostRootFilesystemTest {
    private static final Set<MountFlag> SCRATCH = Set.of(MountFlag.NOSUID, MountFlag.NODEV);

    @TempDir
    Path temporary;

    private Path host;

    @BeforeEach
    void makeAHost() throws IOException {
        host = temporary.toRealPath();
        for (String directory : List.of("tmp", "run", "var/tmp", "var/lib/docker", "var/lib/coffer", "etc")) {
            Files.createDirectories(host.resolve(directory));
        }
    }

    private static LaunchStep scratch(String target, String data) {
        return new MountFilesystem("tmpfs", target, SCRATCH, data);
    }

    @Test
    void showsTheHostReadOnlyWithoutSocketsAndOwnState() throws IOException {
        Files.createSymbolicLink(host.resolve("var/run"), host.resolve("run"));

        Rootfs rootfs = new HostRootFilesystem(host, List.of(host.resolve("var/lib/coffer"))).rootfs();

        assertThat(rootfs.config()).isEqualTo(ImageConfig.EMPTY);
        assertThat(rootfs.mounts())
                .containsExactly(
                        new BindRoot(host, true),
                        scratch("/run", "mode=755"),
                        scratch("/tmp", "mode=1777"),
                        scratch("/var/tmp", "mode=1777"),
                        new MaskPath("/var/lib/docker"),
                        new MaskPath("/var/lib/coffer"));
    }

    @Test
    void hidesARunDirectoryThatIsNotALink() throws IOException {
        Files.createDirectory(host.resolve("var/run"));

        assertThat(new HostRootFilesystem(host, List.of()).rootfs().mounts())
                .contains(scratch("/run", "mode=755"), scratch("/var/run", "mode=755"));
    }

    @Test
    void takesTheRealHostByDefault() {
        assertThat(new HostRootFilesystem(List.of(Path.of("/no/such/dir")))
                        .rootfs()
                        .mounts())
                .startsWith(new BindRoot(Path.of("/"), true))
                .contains(scratch("/tmp", "mode=1777"))
                .doesNotContain(new MaskPath("/no/such/dir"));
    }

    @Test
    void refusesToHideTheRoot() {
        assertThatThrownBy(() -> new HostRootFilesystem(List.of(Path.of("/"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsOnlySmallRegularFiles() throws IOException {
        ImageFiles files = new HostRootFilesystem(host, List.of()).rootfs().files();
        Files.writeString(host.resolve("etc/passwd"), "root");

        assertThat(files.read("etc/passwd", 4))
                .hasValueSatisfying(text -> assertThat(text).asString().isEqualTo("root"));
        assertThat(files.read("etc/group", 4)).isEmpty();
        assertThatThrownBy(() -> files.read("etc/passwd", 3))
                .isInstanceOf(ImageException.class)
                .hasMessageEndingWith("it has more than 3 bytes");
        assertThatThrownBy(() -> files.read("etc", 4))
                .isInstanceOf(ImageException.class)
                .hasMessageEndingWith("it is not a regular file");
    }
}
