package dev.coffer.linux.process;

import com.sun.jna.Memory;
import dev.coffer.linux.ErrnoException;

/**
 * Anonymous files that can never change again: a plan nobody can rewrite under the launcher, a launcher that a task
 * cannot overwrite through {@code /proc/<pid>/exe}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>
 */
public final class MemoryFile {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    private static final int SEAL_SEAL_SHRINK_GROW_WRITE = 1 | 2 | 4 | 8;

    private MemoryFile() {}

    /** A file of these bytes, sealed against any change. */
    public static Descriptor sealed(String name, byte[] content) throws ErrnoException {
        int fd = ProcessLibc.memfd_create(ProcessLibc.cString(name), MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (fd < 0) {
            throw ProcessLibc.lastError("memfd_create(" + name + ")");
        }
        Descriptor file = Descriptor.adopt(fd);
        try {
            writeAll(file.fd(), name, content);
            if (ProcessLibc.fcntl(file.fd(), F_ADD_SEALS, SEAL_SEAL_SHRINK_GROW_WRITE) < 0) {
                throw ProcessLibc.lastError("fcntl(" + name + ", F_ADD_SEALS)");
            }
            return file;
        } catch (ErrnoException e) {
            file.close();
            throw e;
        }
    }

    private static void writeAll(int fd, String name, byte[] content) throws ErrnoException {
        try (Memory buffer = new Memory(Math.max(1, content.length))) {
            buffer.write(0, content, 0, content.length);
            long done = 0;
            while (done < content.length) {
                long n = ProcessLibc.write(fd, buffer.share(done), content.length - done);
                if (n < 0) {
                    throw ProcessLibc.lastError("write(" + name + ")");
                }
                done += n;
            }
        }
    }
}
