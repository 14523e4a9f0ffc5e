package dev.coffer.containerizer.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.RecoveryReport;
import dev.coffer.container.Termination.Reason;
import dev.coffer.containerizer.state.Ownership;
import dev.coffer.containerizer.state.Records;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.containerizer.supervise.ExitWatch;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found on disk may be anything; the agent starts all the same. */
class RecoveryTest {
    private static final String WHOLE = "version=1\nowner=gone\nsandbox=REMOVE\nimage=false\n";

    private RuntimeLayout layout;
    private ExitWatch watch;
    private Ownership ownership;
    private final List<Container> adopted = new ArrayList<>();
    private final List<HostIsolator> onHost = new ArrayList<>();

    private static final class NoImages implements RootfsProvider {
        @Override
        public RootfsHandle rootfsFor(ContainerId id, Path sandbox) {
            return new RootfsHandle() {
                @Override
                public Rootfs create(String reference) {
                    throw new AssertionError(reference);
                }

                @Override
                public void close() {
                    // nothing was made
                }
            };
        }

        @Override
        public Set<ContainerId> discover() {
            return Set.of();
        }
    }

    /** Breaks down at everything it is asked about the container {@code broken}, and at the list of all. */
    private static final class Broken implements HostIsolator {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public HostResource resourceFor(ContainerId id) {
            if (id.value().equals("broken")) {
                throw new IllegalStateException("its checkpoint is damaged");
            }
            return new HostResource() {
                @Override
                public void create(ContainerSpec spec) {
                    throw new AssertionError(spec);
                }

                @Override
                public List<LaunchStep> steps() {
                    return List.of();
                }

                @Override
                public void close() {
                    // nothing was made
                }
            };
        }

        @Override
        public Set<ContainerId> discover() {
            throw new IllegalStateException("its directory is damaged");
        }
    }

    @BeforeEach
    void setUp(@TempDir Path directory) throws IOException {
        layout = new RuntimeLayout(directory.resolve("run"), directory.resolve("work"));
        new Records(layout).prepare();
        ownership = Ownership.acquire(layout);
        watch = new ExitWatch();
    }

    @AfterEach
    void tearDown() throws IOException {
        watch.close();
        ownership.close();
    }

    private RecoveryReport recover() throws IOException {
        Isolation isolation = new Isolation(onHost, List.of(), spec -> Set.of(), new NoImages(), () -> {
            throw new AssertionError();
        });
        return new Recovery(layout, ownership, isolation, Stages.NONE, Runnable::run)
                .run(new Exits(layout, new Records(layout), watch), adopted::add);
    }

    private Path container(String name, String file, String content) throws IOException {
        Path directory = Files.createDirectories(layout.containers().resolve(name));
        Files.writeString(directory.resolve(file), content);
        return directory;
    }

    @Test
    void namesWhatIsNoContainerAndGoesOn() throws IOException {
        container("not.a.container", "config", WHOLE);
        container("launched", "config", WHOLE);

        RecoveryReport report = recover();

        assertThat(report.failed())
                .singleElement()
                .asString()
                .isEqualTo("cannot recover " + layout.containers().resolve("not.a.container")
                        + ": no container has such a name; remove it if nobody needs it");
        assertThat(report.removed()).containsExactly(new ContainerId("launched"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0\0\0",
                "version=2\n",
                "version=1\n",
                "no equals sign",
                WHOLE + "cpus=x\n",
                WHOLE + "memory=-7\n"
            })
    void keepsAContainerWhoseRecordIsDamagedAndSaysSo(String config) throws IOException {
        Path damaged = container("damaged", "config", config);
        container("launched", "config", WHOLE);

        RecoveryReport report = recover();

        assertThat(report.failed()).singleElement().asString().startsWith("container damaged: ");
        assertThat(damaged).exists();
        assertThat(report.removed()).containsExactly(new ContainerId("launched"));
    }

    @Test
    void survivesAFileWhereAContainersDirectoryBelongs() throws IOException {
        Files.createFile(layout.containers().resolve("file"));

        assertThat(recover().failed()).singleElement().asString().startsWith("container file: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1 2 3", "1 2 3 x", "99999999999999999999 1 1 1"})
    void keepsAContainerWhoseSupervisorIsNotKnownAndSaysSo(String supervisor) throws IOException {
        container("damaged", "config", WHOLE);
        container("damaged", "supervisor", supervisor);

        assertThat(recover().failed()).singleElement().asString().startsWith("container damaged: ");
        assertThat(adopted).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "reason=NEVER_HEARD_OF\n", "reason=EXITED\nmessage=x\noom_kills=x\nfinished=1\n"})
    void asksTheSupervisorsStatusWhenItsOwnRecordIsDamaged(String termination) throws IOException {
        container("ended", "config", WHOLE);
        container("ended", "supervisor", "2147483646 1 2147483645 1\n");
        container("ended", "termination", termination);
        container("ended", "status", "768 5\n");

        assertThat(recover().finished()).containsExactly(new ContainerId("ended"));
        assertThat(adopted.get(0).termination().join().exitCode()).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1 2 3"})
    void saysThatAnEndIsNotKnownWhenTheStatusIsDamaged(String status) throws IOException {
        container("ended", "config", WHOLE);
        container("ended", "supervisor", "2147483646 1 2147483645 1\n");
        container("ended", "status", status);

        assertThat(recover().finished()).containsExactly(new ContainerId("ended"));
        assertThat(adopted.get(0).termination().join().reason()).isEqualTo(Reason.SUPERVISOR_LOST);
    }

    @Test
    void goesOnWhenAnIsolatorBreaksDown() throws IOException {
        onHost.add(new Broken());
        container("broken", "config", WHOLE);
        container("launched", "config", WHOLE);

        RecoveryReport report = recover();

        assertThat(report.failed())
                .containsExactly(
                        "cannot discover containers of broken: its directory is damaged",
                        "container broken: its checkpoint is damaged");
        assertThat(report.removed()).containsExactly(new ContainerId("launched"));
    }
}
