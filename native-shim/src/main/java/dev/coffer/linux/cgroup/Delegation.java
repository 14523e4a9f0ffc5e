package dev.coffer.linux.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.util.Optional;

/**
 * Whether this process was given one subtree of a hierarchy and shall leave the rest alone: by systemd, or by whoever made
 * the container or pod that it runs in.
 *
 * @see <a href="https://systemd.io/CGROUP_DELEGATION/">Control group delegation</a>
 */
record Delegation(CgroupFiles files, CgroupMount mount) {
    /** Holds this process and its neighbours, because v2 allows no processes above cgroups with controllers. */
    static final String LEAF = "coffer-agent";

    private static final int ATTEMPTS = 10;

    /**
     * The top of what was given; empty if this process has all of the hierarchy.
     *
     * @param own where this process is
     */
    Optional<String> subtree(Optional<String> own) {
        Optional<String> candidate = own.map(Delegation::withoutLeaf);
        if (candidate.isEmpty()) {
            return mount.root().equals("/") ? Optional.empty() : Optional.of(mount.mountPoint());
        }
        return isPartOfMore() || isMarked(candidate.get()) ? candidate : Optional.empty();
    }

    private static String withoutLeaf(String directory) {
        return directory.endsWith("/" + LEAF)
                ? directory.substring(0, directory.length() - LEAF.length() - 1)
                : directory;
    }

    /** Inside a container: the mount shows a part of the hierarchy, and all but the real top of a v2 one have a type. */
    private boolean isPartOfMore() {
        if (!mount.root().equals("/")) {
            return true;
        }
        if (mount.version() == Version.V1) {
            return false;
        }
        try {
            return !files.read(mount.mountPoint() + "/cgroup.type").isEmpty();
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** What systemd marks units with that have {@code Delegate=yes}. */
    private boolean isMarked(String directory) {
        return files.attribute(directory, "trusted.delegate").orElse("").equals("1")
                || files.attribute(directory, "user.delegate").orElse("").equals("1");
    }

    /** Moves whatever is in the cgroup into a leaf below it, so that the cgroup can hand controllers down. */
    static void makeRoom(Cgroup cgroup) throws ErrnoException {
        Cgroup leaf = cgroup.child(LEAF);
        leaf.createIfMissing();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            String processes = cgroup.read("cgroup.procs");
            if (processes.isBlank()) {
                return;
            }
            for (String pid : processes.strip().split("\n", -1)) {
                move(pid, leaf);
            }
        }
    }

    /** One that has ended meanwhile need not be moved. */
    private static void move(String pid, Cgroup leaf) throws ErrnoException {
        try {
            leaf.write("cgroup.procs", pid);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ESRCH)) {
                throw e;
            }
        }
    }
}
