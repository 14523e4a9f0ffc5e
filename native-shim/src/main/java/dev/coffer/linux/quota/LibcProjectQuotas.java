package dev.coffer.linux.quota;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@link ProjectQuotas} on libc. The commands are those that XFS brought ({@code linux/dqblk_xfs.h}); ext4 answers them
 * too. No JNA type leaves this file.
 */
final class LibcProjectQuotas implements ProjectQuotas {
    static final LibcProjectQuotas INSTANCE = new LibcProjectQuotas();

    private static final int AT_FDCWD = -100;
    private static final int O_NONBLOCK = 04000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_NOFOLLOW = Platform.isARM() ? 0100000 : 0400000;

    private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
    private static final int FS_XFLAG_PROJINHERIT = 0x200;
    /** {@code struct fsxattr}: flags at 0, project at 12. */
    private static final int FSXATTR_BYTES = 28;

    private static final int PROJECT_AT = 12;

    private static final long SYS_QUOTACTL_FD = 443;
    private static final int PRJQUOTA = 2;
    private static final int Q_XGETQUOTA = 0x5803 << 8 | PRJQUOTA;
    private static final int Q_XSETQLIM = 0x5804 << 8 | PRJQUOTA;
    private static final int Q_XGETQSTAT = 0x5805 << 8 | PRJQUOTA;
    private static final int FS_QUOTA_PDQ_ACCT = 1 << 4;
    private static final int FS_QUOTA_PDQ_ENFD = 1 << 5;
    /** More than {@code struct fs_disk_quota} and {@code struct fs_quota_stat} have. */
    private static final int QUOTA_BYTES = 256;

    private static final byte FS_DQUOT_VERSION = 1;
    private static final byte FS_PROJ_QUOTA = 2;
    private static final short FS_DQ_BSOFT_BHARD = 1 << 2 | 1 << 3;
    private static final int BASIC_BLOCK = 512;

    private LibcProjectQuotas() {}

    @Override
    public State state(Path path) throws ErrnoException {
        if (Libc.syscall(SYS_QUOTACTL_FD, -1, 0, 0, Pointer.NULL) < 0 && Native.getLastError() == Errno.ENOSYS) {
            return State.NO_CALL;
        }
        int descriptor = open(path);
        try (Memory answer = cleared(QUOTA_BYTES)) {
            if (Libc.syscall(SYS_QUOTACTL_FD, descriptor, Q_XGETQSTAT, 0, answer) < 0) {
                int errno = Native.getLastError();
                if (errno == Errno.ENOSYS || errno == Errno.EINVAL || errno == Errno.ESRCH || errno == Errno.ENOTSUP) {
                    return State.OFF;
                }
                throw new ErrnoException("quotactl_fd(" + path + ", Q_XGETQSTAT)", errno);
            }
            int flags = answer.getShort(2);
            if ((flags & FS_QUOTA_PDQ_ACCT) == 0) {
                return State.OFF;
            }
            return (flags & FS_QUOTA_PDQ_ENFD) == 0 ? State.COUNTED : State.ENFORCED;
        } finally {
            Libc.close(descriptor);
        }
    }

    @Override
    public long projectOf(Path path) throws ErrnoException {
        int descriptor = open(path);
        try (Memory attributes = cleared(FSXATTR_BYTES)) {
            if (Libc.ioctl(descriptor, FS_IOC_FSGETXATTR, attributes) < 0) {
                int errno = Native.getLastError();
                if (errno == Errno.ENOTTY || errno == Errno.ENOTSUP) {
                    return 0;
                }
                throw new ErrnoException("ioctl(" + path + ", FS_IOC_FSGETXATTR)", errno);
            }
            return Integer.toUnsignedLong(attributes.getInt(PROJECT_AT));
        } finally {
            Libc.close(descriptor);
        }
    }

    @Override
    public void assign(Path path, long project) throws ErrnoException {
        int descriptor = open(path);
        try (Memory attributes = cleared(FSXATTR_BYTES)) {
            if (Libc.ioctl(descriptor, FS_IOC_FSGETXATTR, attributes) < 0) {
                throw new ErrnoException("ioctl(" + path + ", FS_IOC_FSGETXATTR)", Native.getLastError());
            }
            attributes.setInt(PROJECT_AT, (int) project);
            if (path.toFile().isDirectory()) {
                attributes.setInt(0, attributes.getInt(0) | FS_XFLAG_PROJINHERIT);
            }
            if (Libc.ioctl(descriptor, FS_IOC_FSSETXATTR, attributes) < 0) {
                throw new ErrnoException("ioctl(" + path + ", FS_IOC_FSSETXATTR)", Native.getLastError());
            }
        } finally {
            Libc.close(descriptor);
        }
    }

    @Override
    public Account account(Path path, long project) throws ErrnoException {
        int descriptor = open(path);
        try (Memory quota = cleared(QUOTA_BYTES)) {
            if (Libc.syscall(SYS_QUOTACTL_FD, descriptor, Q_XGETQUOTA, project, quota) < 0) {
                int errno = Native.getLastError();
                if (errno == Errno.ENOENT) { // XFS: nothing was ever counted for it
                    return Account.EMPTY;
                }
                throw new ErrnoException("quotactl_fd(" + path + ", Q_XGETQUOTA, " + project + ")", errno);
            }
            return new Account(quota.getLong(40) * BASIC_BLOCK, quota.getLong(48));
        } finally {
            Libc.close(descriptor);
        }
    }

    @Override
    public void limit(Path path, long project, long soft, long hard) throws ErrnoException {
        int descriptor = open(path);
        try (Memory quota = cleared(QUOTA_BYTES)) {
            quota.setByte(0, FS_DQUOT_VERSION);
            quota.setByte(1, FS_PROJ_QUOTA);
            quota.setShort(2, FS_DQ_BSOFT_BHARD);
            quota.setInt(4, (int) project);
            quota.setLong(8, hard / BASIC_BLOCK);
            quota.setLong(16, soft / BASIC_BLOCK);
            if (Libc.syscall(SYS_QUOTACTL_FD, descriptor, Q_XSETQLIM, project, quota) < 0) {
                throw new ErrnoException(
                        "quotactl_fd(" + path + ", Q_XSETQLIM, " + project + ")", Native.getLastError());
            }
        } finally {
            Libc.close(descriptor);
        }
    }

    private static Memory cleared(int bytes) {
        Memory memory = new Memory(bytes);
        memory.clear();
        return memory;
    }

    private static int open(Path path) throws ErrnoException {
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        byte[] name = Arrays.copyOf(bytes, bytes.length + 1);
        int descriptor = Libc.openat(AT_FDCWD, name, O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
        if (descriptor < 0) {
            throw new ErrnoException("open(" + path + ")", Native.getLastError());
        }
        return descriptor;
    }

    private static final class Libc {
        static {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        private Libc() {}

        /** <a href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</a>. */
        static native int openat(int directory, byte[] path, int flags);

        /** <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>. */
        static native int close(int descriptor);

        /** <a href="https://man7.org/linux/man-pages/man2/ioctl_xfs_fsgetxattr.2.html">ioctl_xfs_fsgetxattr(2)</a>. */
        static native int ioctl(int descriptor, long request, Pointer argument);

        /** {@code quotactl_fd}, see <a href="https://man7.org/linux/man-pages/man2/quotactl.2.html">quotactl(2)</a>. */
        static native long syscall(long number, long descriptor, long command, long id, Pointer argument);
    }
}
