package dev.coffer.linux.fs;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An open directory and everything that can be done to the names in it. Confined to one thread.
 *
 * <p>A method that takes a {@code name} acts on that entry of this very directory, never on what a symlink of that name
 * points to. Only {@link #openBeneath} walks a path.
 */
public final class OpenDirectory extends OpenDescriptor {
    OpenDirectory(int descriptor) {
        super(descriptor);
    }

    /** Opens a directory of the host by a trusted path; symlinks are followed. */
    public static OpenDirectory open(Path path) throws ErrnoException {
        return new OpenDirectory(CALLS.openDirectory(PathBytes.of(path.toString())));
    }

    /**
     * Opens a directory below this one; symlinks may be on the way as long as they stay beneath it.
     *
     * @throws ErrnoException {@code EXDEV} if the path leads out of this directory, {@code ELOOP}, {@code ENOENT},
     *     {@code ENOTDIR}
     */
    public OpenDirectory openBeneath(PathBytes path) throws ErrnoException {
        return new OpenDirectory(CALLS.openDirectoryBeneath(descriptor(), path.isEmpty() ? PathBytes.of(".") : path));
    }

    /** Opens a directory of this directory; {@code ENOTDIR} if the name is something else, a symlink included. */
    public OpenDirectory openChild(PathBytes name) throws ErrnoException {
        return new OpenDirectory(CALLS.openChildDirectory(descriptor(), single(name)));
    }

    /** Creates a file, write only; {@code EEXIST} if the name is taken. */
    public OpenFile createFile(PathBytes name, int mode) throws ErrnoException {
        return new OpenFile(CALLS.createFile(descriptor(), single(name), mode));
    }

    /** Opens for reading, without waiting for a writer if it is a fifo; {@code ELOOP} if it is a symlink. */
    public OpenFile openFile(PathBytes name) throws ErrnoException {
        return new OpenFile(CALLS.openFile(descriptor(), single(name)));
    }

    /** Empty if there is no such name. */
    public Optional<FileStatus> status(PathBytes name) throws ErrnoException {
        try {
            return Optional.of(CALLS.status(descriptor(), single(name)));
        } catch (ErrnoException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The process's umask applies. */
    public void makeDirectory(PathBytes name, int mode) throws ErrnoException {
        CALLS.makeDirectory(descriptor(), single(name), mode);
    }

    /**
     * Makes a device node or a fifo; the process's umask applies.
     *
     * @param mode a type of {@link FileStatus} and permission bits
     */
    public void makeNode(PathBytes name, int mode, int major, int minor) throws ErrnoException {
        CALLS.makeNode(descriptor(), single(name), mode, major, minor);
    }

    public void makeSymlink(PathBytes name, PathBytes target) throws ErrnoException {
        CALLS.makeSymlink(descriptor(), single(name), target);
    }

    /** Makes {@code name} another name of a file; of a symlink itself, not of what it points to. */
    public void link(OpenDirectory fromDirectory, PathBytes from, PathBytes name) throws ErrnoException {
        CALLS.link(fromDirectory.descriptor(), single(from), descriptor(), single(name));
    }

    /** Moves an entry of this directory, replacing what may be replaced. */
    public void rename(PathBytes name, OpenDirectory toDirectory, PathBytes to) throws ErrnoException {
        CALLS.rename(descriptor(), single(name), toDirectory.descriptor(), single(to));
    }

    /** Removes anything but a directory. */
    public void removeFile(PathBytes name) throws ErrnoException {
        CALLS.removeFile(descriptor(), single(name));
    }

    /** Removes an empty directory. */
    public void removeDirectory(PathBytes name) throws ErrnoException {
        CALLS.removeDirectory(descriptor(), single(name));
    }

    public PathBytes readLink(PathBytes name) throws ErrnoException {
        return CALLS.readLink(descriptor(), single(name));
    }

    /** Clears set-user-id bits and file capabilities. */
    public void chown(PathBytes name, int uid, int gid) throws ErrnoException {
        CALLS.chown(descriptor(), single(name), uid, gid);
    }

    /** Only for a name the caller made and knows not to be a symlink, for {@code fchmodat} would follow it. */
    public void chmod(PathBytes name, int mode) throws ErrnoException {
        CALLS.chmod(descriptor(), single(name), mode);
    }

    /** Sets access and modification time. */
    public void setTimes(PathBytes name, long seconds, int nanos) throws ErrnoException {
        CALLS.setTimes(descriptor(), single(name), seconds, nanos);
    }

    public void setXattr(PathBytes name, PathBytes key, byte[] value) throws ErrnoException {
        CALLS.setXattr(descriptor(), single(name), key, value);
    }

    public Optional<byte[]> xattr(PathBytes name, PathBytes key) throws ErrnoException {
        return xattrOf(single(name), key);
    }

    /** What is in it now, in no order; meant for directories of which one knows that they are small. */
    public List<PathBytes> names() throws ErrnoException {
        List<PathBytes> names = new ArrayList<>();
        try (OpenDirectory fresh = openBeneath(PathBytes.EMPTY)) {
            List<FileCalls.DirectoryEntry> entries = CALLS.readEntries(fresh.descriptor());
            while (!entries.isEmpty()) {
                entries.forEach(entry -> names.add(entry.name()));
                entries = CALLS.readEntries(fresh.descriptor());
            }
        }
        return names;
    }

    /** Writes everything of this directory's file system to the disk. */
    public void syncFileSystem() throws ErrnoException {
        CALLS.syncFileSystem(descriptor());
    }

    private static PathBytes single(PathBytes name) {
        if (!name.isSingleName()) {
            throw new IllegalArgumentException("'" + name + "' is not a single file name");
        }
        return name;
    }
}
