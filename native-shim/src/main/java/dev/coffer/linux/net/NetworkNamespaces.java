package dev.coffer.linux.net;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Network namespaces that outlive their processes because they are mounted on a file.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/namespaces.7.html">namespaces(7)</a>
 */
public final class NetworkNamespaces {
    private static final long MS_BIND = 0x1000;
    private static final int MNT_DETACH = 2;
    private static final int UMOUNT_NOFOLLOW = 8;

    private NetworkNamespaces() {}

    /**
     * Mounts the network namespace of a process on {@code file}, which keeps it alive.
     *
     * @param file exists, empty
     * @see <a href="https://man7.org/linux/man-pages/man2/mount.2.html">mount(2)</a>
     */
    public static void keep(long pid, Path file) throws ErrnoException {
        Path source = Path.of("/proc/" + pid + "/ns/net");
        if (NetLibc.mount(NetLibc.cString(source), NetLibc.cString(file), null, MS_BIND, null) < 0) {
            throw NetLibc.lastError("mount(" + source + ", " + file + ", MS_BIND)");
        }
    }

    /** Whether a namespace is mounted on {@code file}. */
    public static boolean isKept(Path file) {
        try {
            Object here = Files.getAttribute(file, "unix:dev", LinkOption.NOFOLLOW_LINKS);
            return !here.equals(Files.getAttribute(file.resolveSibling(""), "unix:dev", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException absent) {
            return false;
        }
    }

    /**
     * Undoes {@link #keep}; a file with nothing mounted on it, or none at all, is fine.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/umount.2.html">umount(2)</a>
     */
    public static void release(Path file) throws ErrnoException {
        if (NetLibc.umount2(NetLibc.cString(file), MNT_DETACH | UMOUNT_NOFOLLOW) < 0) {
            ErrnoException failure = NetLibc.lastError("umount2(" + file + ", MNT_DETACH)");
            if (!failure.is(Errno.EINVAL) && !failure.is(Errno.ENOENT)) {
                throw failure;
            }
        }
    }

    /** Whether the process is in the namespace that is mounted on {@code file}. */
    public static boolean isIn(long pid, Path file) {
        try {
            return Files.getAttribute(Path.of("/proc/" + pid + "/ns/net"), "unix:ino")
                            .equals(Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS))
                    && isKept(file);
        } catch (IOException gone) {
            return false;
        }
    }
}
