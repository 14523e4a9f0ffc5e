package dev.coffer.image.unpack;

import dev.coffer.image.tar.TarEntry;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDescriptor;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.util.Map;

/**
 * Owner, mode, extended attributes and time of an entry, applied in the order the kernel demands: {@code chown} clears
 * set-user-id bits and capabilities, and everything but {@code utimensat} may change the time.
 */
final class Attributes {
    /** By it a directory decides over the mode of what is made in it. */
    static final PathBytes DEFAULT_ACCESS = PathBytes.of("system.posix_acl_default");

    private static final PathBytes OVERLAY = PathBytes.of("trusted.overlay.");
    private static final PathBytes SELINUX = PathBytes.of("security.selinux");
    private static final PathBytes CAPABILITY = PathBytes.of("security.capability");

    private static final int PERMISSIONS = 0777;

    private final TarEntry entry;
    private final CreationDefaults defaults;

    /**
     * Those of an entry.
     *
     * @param defaults what a file made for it has without anything being set
     */
    Attributes(TarEntry entry, CreationDefaults defaults) {
        this.entry = entry;
        this.defaults = defaults;
    }

    /** The mode to make it with. */
    int creationMode() {
        return entry.mode() & PERMISSIONS;
    }

    /** What making it with {@link #creationMode} has not done yet. */
    void completeNew(OpenDescriptor file) throws ErrnoException {
        completeNewDirectory(file);
        file.setTimes(entry.modified().seconds(), entry.modified().nanos());
    }

    /** The same for a directory, which gets its time when it is left. */
    void completeNewDirectory(OpenDescriptor file) throws ErrnoException {
        if (entry.owner().uid() != defaults.uid() || entry.owner().gid() != defaults.gid()) {
            file.chown(entry.owner().uid(), entry.owner().gid());
        }
        if ((entry.mode() & (defaults.umask() | ~PERMISSIONS)) != 0 || !defaults.areKnown()) {
            file.chmod(entry.mode());
        }
        setXattrs(file);
    }

    void applyTo(OpenDescriptor file) throws ErrnoException {
        file.chown(entry.owner().uid(), entry.owner().gid());
        file.chmod(entry.mode());
        setXattrs(file);
        file.setTimes(entry.modified().seconds(), entry.modified().nanos());
    }

    private void setXattrs(OpenDescriptor file) throws ErrnoException {
        for (Map.Entry<PathBytes, byte[]> xattr : entry.xattrs().entrySet()) {
            if (isApplied(xattr.getKey())) {
                setXattr(xattr.getKey(), () -> file.setXattr(xattr.getKey(), xattr.getValue()));
            }
        }
    }

    /** For what cannot be opened without side effects: symlinks, devices, fifos. */
    void applyTo(OpenDirectory directory, PathBytes name) throws ErrnoException {
        directory.chown(name, entry.owner().uid(), entry.owner().gid());
        if (entry.type() != TarEntry.Type.SYMLINK) {
            directory.chmod(name, entry.mode());
        }
        for (Map.Entry<PathBytes, byte[]> xattr : entry.xattrs().entrySet()) {
            if (isApplied(xattr.getKey())) {
                setXattr(xattr.getKey(), () -> directory.setXattr(name, xattr.getKey(), xattr.getValue()));
            }
        }
        directory.setTimes(name, entry.modified().seconds(), entry.modified().nanos());
    }

    /** What an overlay or a security policy of another host left behind would mean something else here. */
    private static boolean isApplied(PathBytes key) {
        return !key.startsWith(OVERLAY) && !key.equals(SELINUX);
    }

    private interface Setting {
        void apply() throws ErrnoException;
    }

    /** A file system may lack a kind of attribute; only file capabilities change what the image can do. */
    private static void setXattr(PathBytes key, Setting setting) throws ErrnoException {
        try {
            setting.apply();
        } catch (ErrnoException e) {
            boolean unsupported = e.is(Errno.ENOTSUP) || e.is(Errno.EPERM);
            if (!unsupported || key.equals(CAPABILITY)) {
                throw e;
            }
        }
    }
}
