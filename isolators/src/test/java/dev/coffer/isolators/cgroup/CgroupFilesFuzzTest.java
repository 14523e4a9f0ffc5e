package dev.coffer.isolators.cgroup;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Control files may hold anything a later kernel thinks of: a figure that is not understood is absent. */
class CgroupFilesFuzzTest {
    private static final ContainerId ID = new ContainerId("c");

    @FuzzTest
    void readsFiguresOfAnyControlFilesOnV1(FuzzedDataProvider data) throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v1Files();
        readFigures(FakeHosts.v1(files), files, data);
    }

    @FuzzTest
    void readsFiguresOfAnyControlFilesOnV2(FuzzedDataProvider data) throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v2Files();
        readFigures(FakeHosts.v2(files, "rw"), files, data);
    }

    private static void readFigures(CgroupHierarchies host, FakeCgroupFiles files, FuzzedDataProvider data) {
        HostResource cgroups = new CgroupsIsolator(host).resourceFor(ID);
        cgroups.create(CgroupSpecs.of(ID, CgroupSpecs.limits(1, 64 << 20, 16)));
        List<String> paths = files.paths().stream()
                .filter(path -> path.contains("/c/") && !path.endsWith("cgroup.procs"))
                .toList();
        int changed = data.consumeInt(1, 8);
        for (int i = 0; i < changed; i++) {
            files.set(data.pickValue(paths), data.consumeString(400));
        }
        ((ReportsUsage) cgroups).usage(new Usage.Builder());
        ((ReportsUsage) cgroups).oomKills();
        ((ReportsUsage) cgroups).outOfMemory();
    }

    @FuzzTest
    void readsOrRefusesAListOfProcessors(byte[] text) {
        try {
            CpuSet set = CpuSet.parse(new String(text, StandardCharsets.UTF_8));
            if (!CpuSet.parse(set.toString()).equals(set)) {
                throw new AssertionError(set);
            }
        } catch (IllegalArgumentException refused) {
            return;
        }
    }

    @FuzzTest
    void readsOrRefusesAllowedDevices(byte[] text) {
        try {
            CgroupFlags.ALLOWED_DEVICES.parse(new String(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | IsolationException refused) {
            return;
        }
    }
}
