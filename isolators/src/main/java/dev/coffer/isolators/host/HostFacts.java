package dev.coffer.isolators.host;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The host, read when first asked and then remembered; never changed. A test gives what it wants to be found.
 *
 * <p>For one thread.
 */
public final class HostFacts {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final Path root;
    private @Nullable CgroupHierarchies cgroups;
    private @Nullable String processStatus;
    private @Nullable String filesystems;

    /**
     * A host whose kernel interfaces are found below {@code root}.
     *
     * @param root {@code /}, or a directory that a test has filled
     */
    public HostFacts(Path root) {
        this.root = root;
    }

    public static HostFacts ofThisHost() {
        return new HostFacts(Path.of("/"));
    }

    /** The same with these hierarchies, whatever is mounted. */
    public HostFacts with(CgroupHierarchies hierarchies) {
        HostFacts other = new HostFacts(root);
        other.cgroups = hierarchies;
        return other;
    }

    public CgroupHierarchies cgroups() {
        if (cgroups == null) {
            try {
                cgroups = CgroupHierarchies.detect();
            } catch (ErrnoException e) {
                throw new IsolationException(Fault.HOST_SETUP, "cannot read this host's cgroups: " + e.getMessage(), e);
            }
        }
        return cgroups;
    }

    /** {@code /proc/self/status}. */
    public String processStatus() {
        if (processStatus == null) {
            processStatus = read(STATUS);
        }
        return processStatus;
    }

    /** Whether the kernel filters system calls. */
    public boolean filtersSystemCalls() {
        return processStatus().contains("\nSeccomp:");
    }

    /** Whether the kernel knows a type of namespace, {@code cgroup}, {@code ipc}, {@code user} ... */
    public boolean hasNamespace(String type) {
        return exists("/proc/self/ns/" + type);
    }

    /** Whether a file system type is known to the running kernel; a module that is not loaded is not. */
    public boolean hasFilesystem(String type) {
        if (filesystems == null) {
            filesystems = read(Path.of("/proc/filesystems"));
        }
        return List.of(filesystems.split("\\s+")).contains(type);
    }

    /** Whether there is such a file, which an absolute path names. */
    public boolean exists(String path) {
        return Files.exists(below(Path.of(path)));
    }

    /** Where what an absolute path of the host names is found. */
    public Path path(String path) {
        return below(Path.of(path));
    }

    private String read(Path file) {
        try {
            return Files.readString(below(file));
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot read " + file + ": " + e.getMessage() + "; is /proc mounted?", e);
        }
    }

    private Path below(Path path) {
        return root.resolve(Path.of("/").relativize(path));
    }
}
