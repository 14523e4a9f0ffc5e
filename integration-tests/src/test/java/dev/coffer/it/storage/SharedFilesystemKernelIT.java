package dev.coffer.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.Resources;
import dev.coffer.container.Volume;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** filesystem/shared: directories of the host's own file system exchanged for one container. */
class SharedFilesystemKernelIT {
    private static TestHost host;
    private static Path target;
    private static Path source;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost(
                directories -> Map.of("COFFER_ISOLATION", "filesystem/shared,namespaces/pid,namespaces/net"));
        Path base = host.directories().base();
        target = Files.createDirectories(base.resolve("target"));
        Files.writeString(target.resolve("of-the-host"), "x");
        source = Files.createDirectories(base.resolve("source"));
        Files.writeString(source.resolve("given"), "y");
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    private static ContainerSpec with(String script, Volume... volumes) {
        ContainerSpec spec = Specs.with(Specs.script(host.newId(), Optional.empty(), script), Resources.UNLIMITED);
        return Specs.with(spec, new IsolationSpec(NetworkMode.NONE, Optional.empty(), List.of(volumes)));
    }

    @Test
    void aContainerSeesADirectoryOfItsSandboxWhereTheHostHasItsOwn() throws Exception {
        ContainerSpec spec = with(
                "ls " + target + "; echo mine > " + target + "/file && cat " + target + "/file",
                new HostVolume(Path.of("shared/one"), target.toString(), false));

        TestHost.Result result = host.run(spec);

        assertThat(result.stdout()).isEqualTo("mine\n");
        Path sandbox = host.config().workDirectory().resolve("sandboxes/" + spec.id());
        assertThat(sandbox.resolve("shared/one/file")).hasContent("mine");
        assertThat(target.resolve("of-the-host")).exists();
        assertThat(target.resolve("file")).doesNotExist();
    }

    @Test
    void aDirectoryOfTheHostCanStandForAnotherReadOnly() throws Exception {
        TestHost.Result result = host.run(with(
                "cat " + target + "/given; (echo z > " + target + "/new) 2>/dev/null || echo refused",
                new HostVolume(source, target.toString(), true)));

        assertThat(result.stdout()).isEqualTo("yrefused\n");
    }

    @Test
    void refusesTargetsThatAreMissingOrInOneAnother() {
        assertThatThrownBy(() -> host.run(with("true", new HostVolume(source, target + "/no/such", false))))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("the host has no such target");
        assertThatThrownBy(() -> host.run(with(
                        "true",
                        new HostVolume(source, host.directories().base().toString(), false),
                        new HostVolume(source, target.toString(), false))))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("it would be in another volume");
        assertThatThrownBy(() -> host.run(with("true", new HostVolume(Path.of("../up"), target.toString(), false))))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("a relative source is a directory in the sandbox");
    }
}
