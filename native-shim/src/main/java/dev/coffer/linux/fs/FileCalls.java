package dev.coffer.linux.fs;

import dev.coffer.linux.ErrnoException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The system calls of this package. Every name is resolved in the given directory; none of these calls follows a symlink
 * in the last component.
 */
interface FileCalls {
    /** One entry of a directory; {@code type} is {@code DT_*}. */
    record DirectoryEntry(PathBytes name, byte type) {}

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a> of a trusted path; symlinks are followed. */
    int openDirectory(PathBytes path) throws ErrnoException;

    /**
     * <a href="https://man7.org/linux/man-pages/man2/openat2.2.html">openat2(2)</a> with RESOLVE_BENEATH and
     * RESOLVE_NO_MAGICLINKS.
     *
     * @throws ErrnoException {@code EXDEV} if the path leads out of the directory
     */
    int openDirectoryBeneath(int directory, PathBytes path) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</a>, a directory that is not a symlink. */
    int openChildDirectory(int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</a> of {@code ..}. */
    int openParent(int directory) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</a>, create, exclusive, write only. */
    int createFile(int directory, PathBytes name, int mode) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</a>, read only; never blocks on a fifo. */
    int openFile(int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>. */
    void close(int descriptor);

    /** <a href="https://man7.org/linux/man-pages/man2/statx.2.html">statx(2)</a>; an empty name is the descriptor itself. */
    FileStatus status(int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man3/getdents.3.html">getdents64(3)</a>: the next part, empty at the end. */
    List<DirectoryEntry> readEntries(int directory) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/lseek.2.html">lseek(2)</a> from the start. */
    void seek(int descriptor, long offset) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/mkdir.2.html">mkdirat(2)</a>. */
    void makeDirectory(int directory, PathBytes name, int mode) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/mknod.2.html">mknodat(2)</a>. */
    void makeNode(int directory, PathBytes name, int mode, int major, int minor) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/symlink.2.html">symlinkat(2)</a>. */
    void makeSymlink(int directory, PathBytes name, PathBytes target) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/link.2.html">linkat(2)</a>. */
    void link(int fromDirectory, PathBytes from, int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/rename.2.html">renameat(2)</a>. */
    void rename(int fromDirectory, PathBytes from, int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/unlink.2.html">unlinkat(2)</a>. */
    void removeFile(int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/unlink.2.html">unlinkat(2)</a> with AT_REMOVEDIR. */
    void removeDirectory(int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/readlink.2.html">readlinkat(2)</a>. */
    PathBytes readLink(int directory, PathBytes name) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/chown.2.html">fchownat(2)</a>; an empty name is the descriptor. */
    void chown(int directory, PathBytes name, int uid, int gid) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/chmod.2.html">fchmod(2)</a>. */
    void chmod(int descriptor, int mode) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/chmod.2.html">fchmodat(2)</a>, which follows a symlink. */
    void chmod(int directory, PathBytes name, int mode) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/utimensat.2.html">futimens(3)</a>, both times. */
    void setTimes(int descriptor, long seconds, int nanos) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/utimensat.2.html">utimensat(2)</a>, both times. */
    void setTimes(int directory, PathBytes name, long seconds, int nanos) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/setxattr.2.html">fsetxattr(2)</a>, lsetxattr for a name. */
    void setXattr(int directory, PathBytes name, PathBytes key, byte[] value) throws ErrnoException;

    /**
     * <a href="https://man7.org/linux/man-pages/man2/getxattr.2.html">fgetxattr(2)</a>, lgetxattr for a name.
     *
     * @throws ErrnoException {@code ENODATA} if there is no such attribute
     */
    byte[] xattr(int directory, PathBytes name, PathBytes key) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a> until all is written. */
    void write(int descriptor, byte[] bytes, int offset, int length) throws ErrnoException;

    /** The same from a direct buffer, whose position moves to its limit. */
    void write(int descriptor, ByteBuffer bytes) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>; 0 at the end. */
    int read(int descriptor, byte[] target, int offset, int length) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/truncate.2.html">ftruncate(2)</a>. */
    void truncate(int descriptor, long size) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/fsync.2.html">fsync(2)</a>. */
    void sync(int descriptor) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/sync.2.html">syncfs(2)</a>. */
    void syncFileSystem(int descriptor) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</a>, exclusive; false if somebody holds it. */
    boolean tryLock(int descriptor) throws ErrnoException;

    /** The same, waiting for it, shared or exclusive. */
    void lock(int descriptor, boolean shared) throws ErrnoException;

    /** <a href="https://man7.org/linux/man-pages/man2/statfs.2.html">fstatfs(2)</a>. */
    FileSystemStatus fileSystem(int descriptor) throws ErrnoException;

    /**
     * Clears the immutable and append-only attributes if one is set.
     *
     * @return whether one was set
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl_iflags.2.html">ioctl_iflags(2)</a>
     */
    boolean clearImmutable(int descriptor) throws ErrnoException;
}
