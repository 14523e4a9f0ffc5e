package dev.coffer.linux.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One mounted cgroup tree and the controllers that it carries. */
public final class CgroupHierarchy {
    /** Which interface its files have. */
    public enum Version {
        V1,
        V2
    }

    private final CgroupFiles files;
    private final Version version;
    private final String mount;
    private final Set<String> controllers;
    private final boolean localEvents;
    private final boolean readOnly;
    private final Optional<String> ownDirectory;
    private final Optional<String> subtree;

    CgroupHierarchy(
            CgroupFiles files,
            CgroupMount mount,
            Set<String> controllers,
            Optional<String> ownDirectory,
            Optional<String> subtree) {
        this.files = files;
        this.version = mount.version();
        this.mount = mount.mountPoint();
        this.controllers = Set.copyOf(controllers);
        this.localEvents = mount.options().contains("memory_localevents");
        this.readOnly = mount.readOnly();
        this.ownDirectory = ownDirectory;
        this.subtree = subtree;
    }

    public Version version() {
        return version;
    }

    public Path mount() {
        return Path.of(mount);
    }

    /** Kernel names, such as {@code cpu} and {@code cpuacct} of a v1 hierarchy that carries both. */
    public Set<String> controllers() {
        return controllers;
    }

    /**
     * Whether {@code memory.events} leaves out what happened in sub-cgroups.
     *
     * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#mounting">memory_localevents</a>
     */
    public boolean localEvents() {
        return localEvents;
    }

    /** The directory that this process is in, if the mount shows it. */
    public Optional<Path> ownDirectory() {
        return ownDirectory.map(Path::of);
    }

    /** Whether nothing can be changed in it. */
    public boolean readOnly() {
        return readOnly;
    }

    /** The part that was delegated to this process and that it stays in; empty if it has all of the hierarchy. */
    public Optional<Path> subtree() {
        return subtree.map(Path::of);
    }

    private Cgroup top() {
        return new Cgroup(files, this, subtree.orElse(mount));
    }

    /**
     * A handle on the cgroup at {@code path} below the mount, or below what was delegated to this process; empty for that
     * itself. No side effects.
     */
    public Cgroup cgroup(String path) {
        Cgroup cgroup = top();
        for (String segment : segments(path)) {
            cgroup = cgroup.child(segment);
        }
        return cgroup;
    }

    /**
     * Makes the cgroup at {@code path} unless it exists and, on v2, lets its children have {@code wanted} controllers by
     * enabling them in every ancestor and in it.
     *
     * @return the cgroup, ready to hold children
     * @throws ErrnoException EBUSY if processes live in one of these cgroups other than the root of the hierarchy
     * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint">no internal
     *     process constraint</a>
     */
    public Cgroup prepare(String path, Set<String> wanted) throws ErrnoException {
        Cgroup cgroup = top();
        enableAtTop(cgroup, wanted);
        for (String segment : segments(path)) {
            cgroup = cgroup.child(segment);
            cgroup.createIfMissing();
            enable(cgroup, wanted);
        }
        return cgroup;
    }

    private void enableAtTop(Cgroup top, Set<String> wanted) throws ErrnoException {
        try {
            enable(top, wanted);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EBUSY) || subtree.isEmpty()) {
                throw e;
            }
            Delegation.makeRoom(top);
            enable(top, wanted);
        }
    }

    private void enable(Cgroup cgroup, Set<String> wanted) throws ErrnoException {
        if (version == Version.V1) {
            return;
        }
        Set<String> missing = new TreeSet<>(wanted);
        missing.removeAll(words(cgroup.read("cgroup.subtree_control")));
        if (!missing.isEmpty()) {
            cgroup.write("cgroup.subtree_control", "+" + String.join(" +", missing));
        }
    }

    static Set<String> words(String text) {
        return new HashSet<>(Arrays.asList(text.strip().split(" ", -1)));
    }

    private static List<String> segments(String path) {
        return path.isEmpty() ? List.of() : Arrays.asList(path.split("/", -1));
    }

    @Override
    public String toString() {
        return version + " " + mount + " " + controllers.stream().sorted().toList();
    }
}
