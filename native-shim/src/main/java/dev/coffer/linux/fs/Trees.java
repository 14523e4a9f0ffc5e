package dev.coffer.linux.fs;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.file.Path;

/** Whole directory trees whose content nobody vouches for. */
public final class Trees {
    private Trees() {}

    /**
     * Removes {@code path} and everything below it; a missing path is success.
     *
     * <p>Never follows a symlink, never enters or removes a mount point, needs neither stack nor descriptors in
     * proportion to the depth, and clears the immutable attribute where it is in the way. Names that appear while it runs
     * are removed too, within reason.
     *
     * @param path its parent is trusted, the rest is not
     * @throws ErrnoException {@code EXDEV} or {@code EBUSY} naming a mount below the path; what is outside the mount may
     *     be gone by then
     */
    public static void remove(Path path) throws ErrnoException {
        Path absolute = path.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        Path name = absolute.getFileName();
        if (parent == null || name == null) {
            throw new IllegalArgumentException("the root directory cannot be removed");
        }
        try (OpenDirectory directory = OpenDirectory.open(parent)) {
            remove(directory, PathBytes.of(name.toString()));
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw new ErrnoException("below " + parent + ": " + e.call(), e.errno());
            }
        }
    }

    /**
     * Disk space that {@code path} and everything below it on the same file system takes, as {@code du -x} counts it: a
     * file with several names once, and no symlink is followed. What disappears meanwhile may be counted or not.
     *
     * @param path a trusted path; what is below it is not
     * @throws ErrnoException {@code ENAMETOOLONG} if there are more than 1000 directories inside one another
     */
    public static long usedBytes(Path path) throws ErrnoException {
        try (TreeUsage usage = new TreeUsage(LibcFileCalls.INSTANCE)) {
            return usage.of(PathBytes.of(path.toString()));
        }
    }

    /** Removes one entry of an open directory, with everything below it, as {@link #remove(Path)} does. */
    public static void remove(OpenDirectory directory, PathBytes name) throws ErrnoException {
        if (!name.isSingleName()) {
            throw new IllegalArgumentException("'" + name + "' is not a single file name");
        }
        try (TreeRemoval removal = new TreeRemoval(LibcFileCalls.INSTANCE, directory.descriptor())) {
            removal.remove(name);
        }
    }
}
