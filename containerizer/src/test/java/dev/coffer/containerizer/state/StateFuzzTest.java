package dev.coffer.containerizer.state;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.container.Termination;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Records of containers on disk: read, or refused with the one exception for it; what was read can be written and read. */
class StateFuzzTest {
    @FuzzTest
    void readsOrRefusesTheRecordOfAContainer(byte[] content) throws IOException {
        ContainerRecord record;
        try {
            record = ContainerRecord.parse(new String(content, StandardCharsets.UTF_8));
        } catch (IOException refused) {
            return;
        }
        if (!ContainerRecord.parse(record.format()).equals(record)) {
            throw new AssertionError(record);
        }
    }

    @FuzzTest
    void readsOrRefusesTheRecordOfAnEnd(byte[] content) throws IOException {
        Termination end;
        try {
            end = TerminationRecord.parse(new String(content, StandardCharsets.UTF_8));
        } catch (IOException refused) {
            return;
        }
        if (!TerminationRecord.parse(TerminationRecord.format(end)).equals(end)) {
            throw new AssertionError(end);
        }
    }
}
