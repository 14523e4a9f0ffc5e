package dev.coffer.isolators.contract;

import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupFiles;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Hosts that do not exist. */
public final class FakeHost {
    private FakeHost() {}

    /** One that has nothing: no cgroups, no namespaces, no filters. */
    public static HostFacts bare(Path root) throws IOException, ErrnoException {
        Path self = Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(
                self.resolve("status"), "Name:\tjava\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\n");
        Files.writeString(root.resolve("proc/filesystems"), "nodev\tsysfs\nnodev\ttmpfs\n");
        return new HostFacts(root).with(CgroupHierarchies.of("", "", CgroupFiles.kernel()));
    }
}
