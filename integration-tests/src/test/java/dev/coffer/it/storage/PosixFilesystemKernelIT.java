package dev.coffer.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.Resources;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tasks on the host's own root. */
class PosixFilesystemKernelIT {
    private static TestHost host;

    @BeforeAll
    static void openHost() throws IOException {
        // no file system is named: it is filesystem/posix
        host = new TestHost(directories -> Map.of("COFFER_ISOLATION", "namespaces/pid,namespaces/net"));
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    private static ContainerSpec onHost(String script) {
        return Specs.with(Specs.script(host.newId(), Optional.empty(), script), Resources.UNLIMITED);
    }

    @Test
    void aTaskStartsInItsSandboxAndWritesToTheHost() throws Exception {
        Path target = host.directories().base().resolve("written");
        ContainerSpec spec =
                onHost("echo $$; pwd; echo x > here; echo y > " + target + "; echo z > /dev/null && echo ok");

        List<String> lines = host.run(spec).stdout().lines().toList();

        Path sandbox = host.directories().config().workDirectory().resolve("sandboxes/" + spec.id());
        assertThat(lines).containsExactly("2", sandbox.toString(), "ok");
        assertThat(sandbox.resolve("here")).hasContent("x");
        assertThat(target).hasContent("y");
    }

    @Test
    void refusesImagesAndVolumes() {
        ContainerSpec image = host.script("true");
        ContainerSpec volume = Specs.with(
                onHost("true"),
                new IsolationSpec(
                        NetworkMode.NONE, Optional.empty(), List.of(new HostVolume(Path.of("/tmp"), "/v", false))));

        assertThatThrownBy(() -> host.containerizer().launch(Specs.with(image, Resources.UNLIMITED)))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("choose filesystem/linux");
        assertThatThrownBy(() -> host.containerizer().launch(volume))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("choose filesystem/linux");
    }
}
