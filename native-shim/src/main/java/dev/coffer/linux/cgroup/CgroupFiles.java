package dev.coffer.linux.cgroup;

import dev.coffer.linux.ErrnoException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel calls that cgroups are worked with. Paths are absolute; every failure names the path, and a write the value.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroups.7.html">cgroups(7)</a>
 */
public interface CgroupFiles {
    /** The running kernel's. */
    static CgroupFiles kernel() {
        return LibcCgroupFiles.INSTANCE;
    }

    /**
     * Makes one directory.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/mkdir.2.html">mkdir(2)</a>
     */
    void makeDirectory(String path) throws ErrnoException;

    /**
     * Removes one directory, which for a cgroup needs it to hold no process and no sub-cgroup.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/rmdir.2.html">rmdir(2)</a>
     */
    void removeDirectory(String path) throws ErrnoException;

    /**
     * Whether a directory exists there.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/access.2.html">access(2)</a>
     */
    boolean isDirectory(String path);

    /**
     * Writes to a file that exists, in one call, as control files need it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    void write(String path, String value) throws ErrnoException;

    /** Writes each value in a call of its own, as files need it that take one entry at a time. */
    default void writeEach(String path, List<String> values) throws ErrnoException {
        for (String value : values) {
            write(path, value);
        }
    }

    /**
     * Reads the whole file.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    String read(String path) throws ErrnoException;

    /** Reads a file again and again, at less cost than {@link #read}. */
    default ControlFileReader reader(String path) {
        return () -> {
            try {
                return ControlText.ofThread().set(read(path));
            } catch (ErrnoException e) {
                return ControlText.ofThread().filled(-1);
            }
        };
    }

    /**
     * An extended attribute of a directory, if it has one of that name and the file system has attributes at all.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/getxattr.2.html">getxattr(2)</a>
     */
    default Optional<String> attribute(String path, String name) {
        return Optional.empty();
    }

    /**
     * Does something while holding the lock of a directory.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</a>
     */
    default void locked(String path, Cgroup.Action action) throws ErrnoException {
        action.run();
    }

    /**
     * Names of the directories in a directory.
     *
     * @see <a href="https://man7.org/linux/man-pages/man3/readdir.3.html">readdir(3)</a>
     */
    List<String> directoriesIn(String path) throws ErrnoException;

    /**
     * Sends SIGKILL to those of {@code pids} that {@code members} still lists once they are held by a pidfd, so that a
     * pid given to another process meanwhile is never hit. One that has ended already is no error.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html">pidfd_send_signal(2)</a>
     */
    void kill(Set<Long> pids, Members members) throws ErrnoException;

    /** The processes of a cgroup tree, read anew at every call. */
    @FunctionalInterface
    interface Members {
        Set<Long> now() throws ErrnoException;
    }
}
