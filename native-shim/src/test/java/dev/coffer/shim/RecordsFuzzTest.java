package dev.coffer.shim;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.linux.process.ControlSocket.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the launcher says and what its supervisor leaves on disk: read, or refused with the one exception for it. */
class RecordsFuzzTest {
    private Path directory;

    @BeforeEach
    void setUp() throws IOException {
        directory = Files.createTempDirectory("coffer-fuzz");
    }

    @AfterEach
    void removeFiles() throws IOException {
        Files.deleteIfExists(directory.resolve("supervisor"));
        Files.deleteIfExists(directory.resolve("status"));
        Files.deleteIfExists(directory);
    }

    @FuzzTest
    void readsOrRefusesTheRecordsOfASupervisor(byte[] content) throws IOException {
        Files.write(directory.resolve("supervisor"), content);
        Files.write(directory.resolve("status"), content);
        try {
            SupervisorRecord.read(directory);
            SupervisorRecord.Exit.read(directory);
        } catch (IOException refused) {
            return;
        }
    }

    @FuzzTest
    void readsOrRefusesAMessageOfTheLauncher(byte[] text) {
        try {
            LaunchReport.parse(new Message(new String(text, StandardCharsets.UTF_8), List.of()));
        } catch (IOException refused) {
            return;
        }
    }
}
