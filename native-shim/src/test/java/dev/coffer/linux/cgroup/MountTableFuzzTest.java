package dev.coffer.linux.cgroup;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.linux.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The kernel's tables of mounts and cgroups hold names that any user may have chosen. */
class MountTableFuzzTest {
    @FuzzTest
    void findsHierarchiesInAnyTable(FuzzedDataProvider data) {
        String own = data.consumeString(500);
        String mounts = data.consumeRemainingAsString();
        try {
            CgroupHierarchies.of(mounts, own, new ScriptedFiles(Map.of()));
        } catch (ErrnoException refused) {
            return;
        }
    }

    @FuzzTest
    void readsOrSkipsALineOfTheMountTable(byte[] line) {
        CgroupMount.parse(new String(line, StandardCharsets.UTF_8));
    }

    @FuzzTest
    void readsOrRefusesADeviceRule(byte[] text) {
        try {
            DeviceRule.parse(new String(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
    }
}
