package dev.coffer.image.unpack;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.OpenFile;
import dev.coffer.linux.fs.PathBytes;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * One number for the content of all regular files of a layer, in no order: computed while the layer is unpacked, and again
 * to find out whether the disk still has what was written.
 *
 * <p>It is meant for bits that rotted and files that somebody changed by mistake. Whoever can write to the store can make
 * it fit.
 */
public final class FileSums {
    private static final int BUFFER = 128 << 10;

    private final byte[] buffer = new byte[BUFFER];
    private final Set<Long> linked = new HashSet<>();
    private long sum;

    private FileSums() {}

    /** What one file adds. */
    static long of(long size, long checksum) {
        long mixed = (size * 0x9e3779b97f4a7c15L) ^ (checksum * 0xc2b2ae3d27d4eb4fL);
        mixed ^= mixed >>> 29;
        return mixed * 0xbf58476d1ce4e5b9L;
    }

    /** The sum of everything below a directory that nobody changes meanwhile. */
    public static long of(OpenDirectory tree) throws ErrnoException {
        FileSums sums = new FileSums();
        sums.addAll(tree);
        return sums.sum;
    }

    private void addAll(OpenDirectory directory) throws ErrnoException {
        for (PathBytes name : directory.names()) {
            Optional<FileStatus> found = directory.status(name);
            if (found.isEmpty()) {
                continue;
            }
            FileStatus status = found.get();
            if (status.isDirectory()) {
                try (OpenDirectory child = directory.openChild(name)) {
                    addAll(child);
                }
            } else if (status.isRegular() && (status.links() == 1 || linked.add(status.inode()))) {
                try (OpenFile file = directory.openFile(name)) {
                    sum += of(status.size(), checksum(file));
                }
            }
        }
    }

    private long checksum(OpenFile file) throws ErrnoException {
        CRC32 checksum = new CRC32();
        for (int count = file.read(buffer, 0, BUFFER); count > 0; count = file.read(buffer, 0, BUFFER)) {
            checksum.update(buffer, 0, count);
        }
        return checksum.getValue();
    }
}
