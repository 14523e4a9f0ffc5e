package dev.coffer.agent.config;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every flag with any value, given on the command line, in the environment or in a file: typed, or refused. */
class FlagsFuzzTest {
    private static final FlagCatalog CATALOG = new FlagCatalog(Optional.empty());
    private static final List<Flag<?>> FLAGS = new ArrayList<>(CATALOG.all().values());

    @FuzzTest
    void typesOrRefusesAnyValueOfAFlag(FuzzedDataProvider data) {
        Flag<?> flag = data.pickValue(FLAGS);
        String value = data.consumeRemainingAsString();
        if (value.startsWith("file://")) {
            return; // that may be any file of the machine that runs the test
        }
        try {
            FlagValues values = FlagReader.read(CATALOG, Map.of(flag.name(), value), Map.of());
            values.get(flag);
        } catch (IllegalArgumentException refused) {
            if (String.valueOf(refused.getMessage()).indexOf(flag.name()) < 0) {
                throw new AssertionError("a message that does not name --" + flag.name(), refused);
            }
        }
    }

    @FuzzTest
    void typesOrRefusesAnyFileThatAFlagNames(FuzzedDataProvider data) throws IOException {
        Flag<?> flag = data.pickValue(FLAGS);
        Path file = Files.createTempFile("coffer-fuzz", "");
        try {
            Files.write(file, data.consumeRemainingAsBytes());
            FlagReader.read(CATALOG, Map.of(flag.name(), "file://" + file), Map.of());
        } catch (IllegalArgumentException refused) {
            return;
        } finally {
            Files.delete(file);
        }
    }

    @FuzzTest
    void understandsOrPassesOverAnyVariable(FuzzedDataProvider data) {
        String name = data.pickValue(List.of("COFFER_", "MESOS_", "")) + data.consumeString(60);
        Map<String, String> environment = Map.of(name, data.consumeRemainingAsString());
        FlagReader.unknownVariables(CATALOG, environment);
        try {
            FlagReader.read(CATALOG, Map.of(), environment);
        } catch (IllegalArgumentException refused) {
            return;
        }
    }
}
