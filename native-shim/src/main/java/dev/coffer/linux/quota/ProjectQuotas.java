package dev.coffer.linux.quota;

import dev.coffer.linux.ErrnoException;
import java.nio.file.Path;

/**
 * Project quotas of the file system that a path is on. Project ids are unsigned 32-bit; 0 is what belongs to no project.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/quotactl.2.html">quotactl(2)</a>
 */
public interface ProjectQuotas {
    /** What a file system does with project ids. */
    enum State {
        /** The kernel has no such call: it is older than 5.14. */
        NO_CALL,
        /** No quotas of projects: the file system or the kernel has none, or it is mounted without. */
        OFF,
        COUNTED,
        ENFORCED
    }

    /**
     * The account of one project.
     *
     * @param bytes space that is taken or promised
     * @param files inodes
     */
    record Account(long bytes, long files) {
        static final Account EMPTY = new Account(0, 0);
    }

    static ProjectQuotas ofThisKernel() {
        return LibcProjectQuotas.INSTANCE;
    }

    State state(Path path) throws ErrnoException;

    /** The id of one file or directory; 0 too if the file system knows no projects. */
    long projectOf(Path path) throws ErrnoException;

    /**
     * Gives a file an id, or a directory with all that will be made in it. What is in it already keeps its own.
     *
     * @param path not a symlink, nor a device or fifo
     */
    void assign(Path path, long project) throws ErrnoException;

    Account account(Path path, long project) throws ErrnoException;

    /**
     * Replaces the limits of a project.
     *
     * @param soft bytes that are reported as exceeded; 0 for none
     * @param hard bytes that writers are stopped at with {@code EDQUOT}; 0 for none
     */
    void limit(Path path, long project, long soft, long hard) throws ErrnoException;
}
