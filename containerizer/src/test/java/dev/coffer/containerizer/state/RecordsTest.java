package dev.coffer.containerizer.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.Resources;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsTest {
    private static final ContainerId ID = new ContainerId("c");
    private static final ContainerRecord FIRST =
            new ContainerRecord("first", SandboxPolicy.REMOVE, true, Resources.UNLIMITED);

    @TempDir
    Path directory;

    private Records records;

    @BeforeEach
    void prepare() throws IOException {
        records = new Records(new RuntimeLayout(directory.resolve("run"), directory.resolve("work")));
        records.prepare();
        records.create(ID, FIRST);
    }

    @Test
    void undoingALaunchUnderATakenNameLeavesTheOtherContainerAlone() throws IOException {
        assertThatThrownBy(() -> records.create(ID, FIRST.ownedBy("second")))
                .isInstanceOf(FileAlreadyExistsException.class);
        records.removeOwn(ID, "second");

        assertThat(records.readContainer(ID)).hasValue(FIRST);
    }

    @Test
    void undoingALaunchRemovesItsOwnRecord() throws IOException {
        records.removeOwn(ID, "first");

        assertThat(records.list().containers()).isEmpty();
    }

    @Test
    void tellsNamesThatNoContainerCanHaveFromContainers() throws IOException {
        Files.createDirectory(directory.resolve("run/containers").resolve("lost+found.d"));
        Files.createFile(directory.resolve("run/containers").resolve("core dump"));

        assertThat(records.list().containers()).containsExactly(ID);
        assertThat(records.list().strange()).containsExactlyInAnyOrder("lost+found.d", "core dump");
    }
}
