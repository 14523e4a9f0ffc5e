package dev.coffer.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.ImageVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.SandboxVolume;
import dev.coffer.container.SandboxVolume.Owner;
import dev.coffer.container.Volume;
import dev.coffer.container.Volume.Propagation;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import dev.coffer.it.support.TestHost.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Volumes as tasks see them. */
class VolumesKernelIT {
    private static TestHost host;
    private static Path data;

    @BeforeAll
    static void openHost() throws IOException {
        Path forced = Files.createTempDirectory("coffer-volumes");
        data = forced;
        host = new TestHost(directories -> Map.of(
                "COFFER_HOST_PATH_VOLUME_FORCE_CREATION",
                forced.resolve("forced").toString()));
    }

    @AfterAll
    static void closeHost() throws Exception {
        host.close();
        run("rm", "-rf", data.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    private static ContainerSpec spec(String script, Volume... volumes) {
        ContainerSpec spec = host.script(script);
        return Specs.with(spec, new IsolationSpec(NetworkMode.NONE, Optional.empty(), List.of(volumes)));
    }

    private static Path sandbox(ContainerSpec spec) {
        return host.directories().config().workDirectory().resolve("sandboxes/" + spec.id());
    }

    @Test
    void anImageVolumeTakesWritesThatTheNextContainerDoesNotSee() throws Exception {
        Volume tools = new ImageVolume(host.image().orElseThrow(), "/tools", false);
        String script = "ls /tools/new 2>/dev/null; echo x > /tools/new && cat /tools/new; ls /tools/bin/busybox";

        Result first = host.run(spec(script, tools));
        Result second = host.run(spec(script, tools));

        assertThat(first.stdout()).isEqualTo("x\n/tools/bin/busybox\n");
        assertThat(second.stdout()).isEqualTo(first.stdout());
    }

    @Test
    void aReadOnlyImageVolumeRefusesWritesAndLeavesNothing() throws Exception {
        ContainerSpec spec = spec(
                "echo x > /tools/new || echo refused; cat /tools/etc/group | head -n 1",
                new ImageVolume(host.image().orElseThrow(), "/tools", true));

        Result result = host.run(spec);

        assertThat(result.stdout()).isEqualTo("refused\nroot:x:0:\n");
        assertThat(sandbox(spec).resolve("volumes")).doesNotExist();
    }

    @Test
    void aSandboxVolumeBelongsToTheUserAndStaysInTheSandbox() throws Exception {
        ContainerSpec spec = Specs.as(
                spec("true", new SandboxVolume(Owner.SELF, "a/b", "/data", false)),
                Optional.of("worker"),
                true,
                "/bin/sh",
                "-c",
                "echo mine > /data/file; echo $?");

        Result result = host.run(spec);

        assertThat(result.stdout()).isEqualTo("0\n");
        assertThat(sandbox(spec).resolve("a/b/file")).hasContent("mine");
        assertThat(Files.getAttribute(sandbox(spec).resolve("a/b"), "unix:uid")).isEqualTo(1000);
    }

    @Test
    void aRelativeTargetIsSeenInTheSandboxWhoseLayersAreHidden() throws Exception {
        Path source = Files.createDirectories(data.resolve("relative"));
        Files.writeString(source.resolve("file"), "content\n");
        ContainerSpec spec = spec(
                "cd /mnt/mesos/sandbox && cat in/it/file; ls -A rootfs; echo x > made; ls stdout",
                new HostVolume(source, "in/it", true));

        assertThat(host.run(spec).stdout()).isEqualTo("content\nstdout\n");
        assertThat(sandbox(spec).resolve("made")).hasContent("x");
        assertThat(sandbox(spec).resolve("in/it")).isEmptyDirectory();
    }

    @Test
    void aTargetBelowASymlinkOfAVolumeStaysInTheContainer() throws Exception {
        Path source = Files.createDirectories(data.resolve("links"));
        Files.createSymbolicLink(source.resolve("out"), Path.of("/../../../.."));
        ContainerSpec spec = spec(
                "ls -d /coffer-escape",
                new HostVolume(source, "/v", false),
                new HostVolume(source, "/v/out/coffer-escape", true));

        assertThat(host.run(spec).stdout()).isEqualTo("/coffer-escape\n");
        assertThat(Path.of("/coffer-escape")).doesNotExist();
    }

    @Test
    void makesASourceOnlyWhereThatIsForced() throws Exception {
        ContainerSpec made = spec("echo x > /data/file", new HostVolume(data.resolve("forced/new"), "/data", false));
        ContainerSpec refused = spec("true", new HostVolume(data.resolve("not-forced"), "/data", false));

        host.run(made);

        assertThat(data.resolve("forced/new/file")).hasContent("x");
        assertThatThrownBy(() -> host.containerizer().launch(refused))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("the host has no such path");
    }

    @Test
    void aLaterMountOfTheHostAppearsOnlyInASlaveVolume() throws Exception {
        Path shared = Files.createDirectories(data.resolve("shared"));
        run("mount", "-t", "tmpfs", "shared", shared.toString());
        try {
            run("mount", "--make-shared", shared.toString());
            Path below = Files.createDirectories(shared.resolve("below"));
            ContainerSpec spec = spec(
                    "while ! [ -e /slave/go ]; do sleep 0.05; done; ls /slave/below; echo -; ls /private/below",
                    new HostVolume(shared, "/slave", false, Propagation.SLAVE),
                    new HostVolume(shared, "/private", false));
            host.containerizer().launch(spec);
            run("mount", "-t", "tmpfs", "later", below.toString());
            Files.writeString(below.resolve("later"), "");
            Files.writeString(shared.resolve("go"), "");
            host.awaitExit(spec.id());
            host.awaitDestroyed(spec.id());

            assertThat(host.output(spec.id(), "stdout")).isEqualTo("later\n-\n");
        } finally {
            run("umount", "-R", shared.toString());
        }
    }
}
