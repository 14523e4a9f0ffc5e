package dev.coffer.image.tar;

import dev.coffer.linux.fs.PathBytes;
import java.util.List;
import java.util.Map;

/**
 * One entry of a tar stream, with all its extension headers applied.
 *
 * @param size bytes stored in the stream
 * @param realSize length of the file, larger than {@code size} if it is sparse
 * @param extents where the stored bytes belong; empty unless the file is sparse
 * @param xattrs extended attributes by their full name
 * @param dataOffset position of the stored bytes in the stream
 */
public record TarEntry(
        Type type,
        PathBytes name,
        PathBytes linkName,
        int mode,
        Owner owner,
        long size,
        long realSize,
        List<Extent> extents,
        Time modified,
        Device device,
        Map<PathBytes, byte[]> xattrs,
        long dataOffset) {

    /** What an image may contain. */
    public enum Type {
        REGULAR,
        HARD_LINK,
        SYMLINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }

    /** Both are unsigned 32-bit numbers. */
    public record Owner(int uid, int gid) {}

    public record Time(long seconds, int nanos) {}

    public record Device(int major, int minor) {}

    /** A part of a sparse file that is not a hole. */
    public record Extent(long offset, long length) {}

    public TarEntry {
        extents = List.copyOf(extents);
        xattrs = Map.copyOf(xattrs);
    }

    public boolean isSparse() {
        return realSize != size || !extents.isEmpty();
    }
}
