package dev.coffer.linux;

import java.util.Map;

/**
 * Error numbers that callers act on, with the kernel's names; the same on x86-64 and arm64.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENOEXEC = 8;
    public static final int EBADF = 9;
    public static final int ECHILD = 10;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int EXDEV = 18;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int ETXTBSY = 26;
    public static final int EFBIG = 27;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;
    public static final int EPIPE = 32;
    public static final int ERANGE = 34;
    public static final int ENAMETOOLONG = 36;
    public static final int ENOSYS = 38;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENODATA = 61;
    public static final int EOVERFLOW = 75;
    public static final int ENOTSUP = 95;
    public static final int EDQUOT = 122;

    public static final int ECONNRESET = 104;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM (Operation not permitted)"),
            Map.entry(ENOENT, "ENOENT (No such file or directory)"),
            Map.entry(ESRCH, "ESRCH (No such process)"),
            Map.entry(EINTR, "EINTR (Interrupted system call)"),
            Map.entry(EIO, "EIO (Input/output error)"),
            Map.entry(ENOEXEC, "ENOEXEC (Exec format error)"),
            Map.entry(EBADF, "EBADF (Bad file descriptor)"),
            Map.entry(ECHILD, "ECHILD (No child processes)"),
            Map.entry(EAGAIN, "EAGAIN (Resource temporarily unavailable)"),
            Map.entry(ENOMEM, "ENOMEM (Cannot allocate memory)"),
            Map.entry(EACCES, "EACCES (Permission denied)"),
            Map.entry(EBUSY, "EBUSY (Device or resource busy)"),
            Map.entry(EEXIST, "EEXIST (File exists)"),
            Map.entry(EXDEV, "EXDEV (path leads outside the permitted directory)"),
            Map.entry(ENODEV, "ENODEV (No such device; the kernel lacks this file system or driver)"),
            Map.entry(ENOTDIR, "ENOTDIR (Not a directory)"),
            Map.entry(EISDIR, "EISDIR (Is a directory)"),
            Map.entry(EINVAL, "EINVAL (Invalid argument)"),
            Map.entry(ENFILE, "ENFILE (Too many open files in system)"),
            Map.entry(EMFILE, "EMFILE (Too many open files)"),
            Map.entry(ENOTTY, "ENOTTY (Inappropriate ioctl for device)"),
            Map.entry(ETXTBSY, "ETXTBSY (Text file busy)"),
            Map.entry(EFBIG, "EFBIG (File too large)"),
            Map.entry(ENOSPC, "ENOSPC (No space left on device)"),
            Map.entry(EROFS, "EROFS (Read-only file system)"),
            Map.entry(EPIPE, "EPIPE (Broken pipe)"),
            Map.entry(ERANGE, "ERANGE (Numerical result out of range)"),
            Map.entry(ENAMETOOLONG, "ENAMETOOLONG (File name too long)"),
            Map.entry(ENOSYS, "ENOSYS (Function not implemented by this kernel)"),
            Map.entry(ENOTEMPTY, "ENOTEMPTY (Directory not empty)"),
            Map.entry(ELOOP, "ELOOP (Symbolic link where none may be followed)"),
            Map.entry(ENODATA, "ENODATA (No data available)"),
            Map.entry(EOVERFLOW, "EOVERFLOW (Value too large)"),
            Map.entry(ENOTSUP, "ENOTSUP (Operation not supported)"),
            Map.entry(EDQUOT, "EDQUOT (Disk quota exceeded)"),
            Map.entry(ECONNRESET, "ECONNRESET (Connection reset by peer)"));

    private Errno() {}

    /** Number, name and meaning, such as {@code errno 2 ENOENT (No such file or directory)}. */
    public static String describe(int errno) {
        String name = NAMES.get(errno);
        return name == null ? "errno " + errno : "errno " + errno + " " + name;
    }
}
