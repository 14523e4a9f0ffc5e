package dev.coffer.it.support;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;

/** Directories, a cgroup root and a name prefix that no other test uses; gone when closed. */
public final class TestDirectories implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static final Path TMPFS = Path.of("/dev/shm");

    private final Path base;
    private final HostConfig config;
    private final String prefix;

    public TestDirectories() throws IOException {
        // a tmpfs wherever there is one: as in production for runtime_dir, and quick for the rest
        this(Files.isDirectory(TMPFS) ? TMPFS : Path.of("/tmp"));
    }

    private TestDirectories(Path parent) throws IOException {
        prefix = "it" + Integer.toHexString(RANDOM.nextInt());
        base = Files.createTempDirectory(parent, "coffer-" + prefix);
        config = new HostConfig(
                Files.createDirectory(base.resolve("work")),
                Files.createDirectory(base.resolve("run")),
                base.resolve("store"),
                "coffer-" + prefix);
    }

    /** Where the owners of files can be mapped. Before Linux 6.3 a tmpfs cannot; the emulated machine's disk is ext4. */
    public static TestDirectories mappable() throws IOException {
        return new TestDirectories(Launchers.emulated() ? Path.of("/var") : TMPFS);
    }

    public HostConfig config() {
        return config;
    }

    public Path base() {
        return base;
    }

    /** Container ids of this test start with it, so that its processes can be told from others'. */
    public String prefix() {
        return prefix;
    }

    @Override
    public void close() throws IOException {
        for (CgroupHierarchy hierarchy : CgroupHierarchies.detect().all()) {
            hierarchy.cgroup(config.cgroupsRoot()).removeTree(Duration.ofSeconds(10));
        }
        Trees.remove(base);
    }
}
