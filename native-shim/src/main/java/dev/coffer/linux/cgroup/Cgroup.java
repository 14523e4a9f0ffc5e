package dev.coffer.linux.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Handle on one cgroup directory, which may or may not exist; making the handle touches nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public final class Cgroup {
    private final CgroupFiles files;
    private final CgroupHierarchy hierarchy;
    private final String directory;
    private volatile @Nullable Map<String, ControlFileReader> readers;

    Cgroup(CgroupFiles files, CgroupHierarchy hierarchy, String directory) {
        this.files = files;
        this.hierarchy = hierarchy;
        this.directory = directory;
    }

    public CgroupHierarchy hierarchy() {
        return hierarchy;
    }

    public Path directory() {
        return Path.of(directory);
    }

    /** The cgroup of that name below this one. */
    public Cgroup child(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("cgroup name '" + name + "' must be a single path segment");
        }
        return new Cgroup(files, hierarchy, directory.endsWith("/") ? directory + name : directory + "/" + name);
    }

    /** The cgroup above this one; the hierarchy's own top has none. */
    public Cgroup parent() {
        int end = directory.lastIndexOf('/');
        if (end <= 0 || !directory.startsWith(hierarchy.mount() + "/")) {
            throw new IllegalStateException("cgroup " + directory + " is the top of its hierarchy");
        }
        return new Cgroup(files, hierarchy, directory.substring(0, end));
    }

    /** Makes the cgroup; fails with EEXIST if it exists and with ENOENT if its parent does not. */
    public void create() throws ErrnoException {
        files.makeDirectory(directory);
    }

    /** Makes the cgroup unless it exists. */
    public void createIfMissing() throws ErrnoException {
        try {
            files.makeDirectory(directory);
        } catch (ErrnoException e) {
            if (!e.is(Errno.EEXIST) || !exists()) {
                throw e;
            }
        }
    }

    public boolean exists() {
        return files.isDirectory(directory);
    }

    /** Writes a control file, such as {@code pids.max}. */
    public void write(String file, String value) throws ErrnoException {
        files.write(directory + "/" + file, value);
    }

    /** Writes values one after the other to a control file that takes one entry at a time. */
    public void writeEach(String file, List<String> values) throws ErrnoException {
        files.writeEach(directory + "/" + file, values);
    }

    public String read(String file) throws ErrnoException {
        return files.read(directory + "/" + file);
    }

    /**
     * What a control file says now, not present if it cannot be read; costs little after {@link #keepFilesOpen}.
     */
    public ControlText text(String file) {
        Map<String, ControlFileReader> known = readers;
        if (known == null) {
            return readOnce(file);
        }
        ControlFileReader reader = known.get(file);
        if (reader == null) {
            reader = known.computeIfAbsent(file, name -> files.reader(directory + "/" + name));
        }
        return reader.read();
    }

    private ControlText readOnce(String file) {
        ControlText text = ControlText.ofThread();
        try {
            return text.set(read(file));
        } catch (ErrnoException e) {
            return text.filled(-1);
        }
    }

    /** From now on this handle keeps files open that {@link #text} reads, until {@link #release}. */
    public synchronized void keepFilesOpen() {
        if (readers == null) {
            readers = new ConcurrentHashMap<>();
        }
    }

    /** Closes what is kept open. */
    public synchronized void release() {
        Map<String, ControlFileReader> known = readers;
        readers = null;
        if (known != null) {
            known.values().forEach(ControlFileReader::close);
        }
    }

    /** What is done while a cgroup is locked. */
    @FunctionalInterface
    public interface Action {
        void run() throws ErrnoException;
    }

    /** Does something while no other process and no other call does the like with this cgroup, which exists. */
    public void locked(Action action) throws ErrnoException {
        files.locked(directory, action);
    }

    /** Names of the sub-cgroups; none if this cgroup does not exist. */
    public List<String> childNames() throws ErrnoException {
        try {
            return files.directoriesIn(directory);
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return List.of();
            }
            throw e;
        }
    }

    /** Pids of the processes in this cgroup and below it; 0 stands for one of a pid namespace that is not visible here. */
    public Set<Long> processes() throws ErrnoException {
        Set<Long> pids = new LinkedHashSet<>();
        collectProcesses(pids);
        return pids;
    }

    private void collectProcesses(Set<Long> pids) throws ErrnoException {
        try {
            read("cgroup.procs").lines().map(Long::valueOf).forEach(pids::add);
        } catch (ErrnoException e) {
            // gone meanwhile, or a threaded v2 cgroup, whose processes the domain above it lists
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENODEV) && !e.is(Errno.ENOTSUP)) {
                throw e;
            }
        }
        for (String name : childNames()) {
            child(name).collectProcesses(pids);
        }
    }

    /**
     * Kills every process in this cgroup and below it, and removes all of it. Does nothing if it does not exist.
     *
     * @throws ErrnoException naming the processes still inside when {@code patience} has run out
     */
    public void removeTree(Duration patience) throws ErrnoException {
        new CgroupRemoval(files, this, directory).run(patience);
    }

    @Override
    public String toString() {
        return directory;
    }
}
