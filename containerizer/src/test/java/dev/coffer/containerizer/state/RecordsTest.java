package dev.coffer.containerizer.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.Requests;
import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsTest {
    private static final ContainerId ID = new ContainerId("c");
    private static final ContainerRecord FIRST =
            new ContainerRecord("first", SandboxPolicy.REMOVE, true, Resources.UNLIMITED);

    private static final Tuning.IoLimit IO_LIMIT = new Tuning.IoLimit(
            "8:0", OptionalLong.of(1), OptionalLong.empty(), OptionalLong.of(3), OptionalLong.empty());

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

    @Test
    void limitsRequestsAndTuningOutliveTheProcess() throws IOException {
        Tuning tuning = new Tuning(
                new Tuning.Cpu(OptionalLong.of(5000), true, true, 0, Optional.of("0-1"), Optional.of("0,2")),
                new Tuning.Memory(OptionalLong.of(48 << 20), OptionalLong.of(0), true),
                new Tuning.Io(OptionalLong.of(50), List.of(IO_LIMIT)),
                Map.of("2MB", 4L << 20, "1GB", 0L),
                Map.of("res_a", 3L),
                new Tuning.Access(List.of("c 10:229 rwm", "b *:* r"), true));
        Resources all = new Resources(
                OptionalDouble.of(0.5),
                OptionalLong.of(64 << 20),
                OptionalLong.of(7),
                new Requests(OptionalDouble.of(0.25), OptionalLong.of(32 << 20)),
                tuning,
                OptionalLong.of(9));
        ContainerRecord record = new ContainerRecord("first", SandboxPolicy.KEEP, false, all);

        assertThat(ContainerRecord.parse(record.format())).isEqualTo(record);
        assertThat(ContainerRecord.parse(FIRST.format())).isEqualTo(FIRST);
    }

    @Test
    void refusesARecordWithAnImpossibleLimit() {
        String broken = FIRST.format() + "io_limits=8:0 1 2\n";

        assertThatThrownBy(() -> ContainerRecord.parse(broken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'8:0 1 2' is no limit of a device");
    }
}
