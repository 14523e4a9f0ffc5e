package dev.coffer.it.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.FlagCatalog;
import dev.coffer.agent.config.FlagReader;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.flag.FlagValues;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An isolator that Coffer does not have: the one of docs/examples, found on the class path. */
class OtherIsolatorKernelIT {
    private TestDirectories directories;

    @BeforeEach
    void makeDirectories() throws IOException {
        directories = new TestDirectories();
    }

    @AfterEach
    void removeDirectories() throws IOException {
        directories.close();
    }

    private HostConfig config(String isolation, String deadline) {
        HostConfig config = directories.config();
        FlagValues flags = FlagReader.read(
                new FlagCatalog(Optional.empty()),
                Map.of("cgroups_root", config.cgroupsRoot(), "isolation", isolation, "example_deadline", deadline),
                Map.of());
        return config.with(flags);
    }

    private String defaultAnd(String... more) {
        List<String> names =
                new ArrayList<>(Host.isolators(directories.config()).names());
        names.addAll(List.of(more));
        return String.join(",", names);
    }

    @Test
    void endsAContainerWithItsReasonAlsoAfterRecovery() throws Exception {
        Optional<String> image =
                Optional.of(BusyboxImage.write(directories.base().resolve("image")));
        ContainerId id = new ContainerId(directories.prefix());
        HostConfig config = config(defaultAnd("example/deadline"), "2secs");
        try (Host first = Host.open(config)) {
            first.recover();
            first.containerizer().launch(Specs.script(id, image, "sleep 1000"));
        }

        try (Host second = Host.open(config)) {
            assertThat(second.recover().running()).containsExactly(id);
            Termination termination =
                    second.containerizer().termination(id).orElseThrow().get(60, TimeUnit.SECONDS);

            assertThat(termination.reason()).isEqualTo(Reason.TIME_LIMIT);
            assertThat(termination.message()).isEqualTo("it ran longer than 2 s");
            assertThat(termination.limitation().orElseThrow().resource()).isEqualTo("time:2");
            Termination unused =
                    second.containerizer().destroy(id).orElseThrow().get(60, TimeUnit.SECONDS);
        }
        assertThat(config.runtimeDirectory().resolve("isolators/example/deadline"))
                .isEmptyDirectory();
    }

    @Test
    void refusesANameThatNobodyHas() {
        assertThatThrownBy(() -> Host.open(config(defaultAnd("example/dedline"), "1secs")))
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot use isolator 'example/dedline': there is none of that name; did you mean"
                        + " example/deadline?");
    }
}
