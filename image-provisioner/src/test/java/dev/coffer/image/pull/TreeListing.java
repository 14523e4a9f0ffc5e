package dev.coffer.image.pull;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.OpenFile;
import dev.coffer.linux.fs.PathBytes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** Everything that can be seen of a tree, one line per name, so that two of them can be compared. */
final class TreeListing {
    private static final List<String> XATTRS = List.of("security.capability", "user.note", "trusted.note");

    private final Map<String, String> lines = new TreeMap<>();
    private final Map<Long, String> firstNames = new HashMap<>();

    private TreeListing() {}

    static Map<String, String> of(OpenDirectory tree) throws ErrnoException {
        TreeListing listing = new TreeListing();
        listing.lines.put(".", attributes(tree.status()));
        listing.add(tree, PathBytes.EMPTY);
        return listing.lines;
    }

    private static String attributes(FileStatus status) {
        return String.format(
                "%06o %d:%d %d.%09d",
                status.mode(), status.uid(), status.gid(), status.modifiedSeconds(), status.modifiedNanos());
    }

    private void add(OpenDirectory directory, PathBytes path) throws ErrnoException {
        List<PathBytes> names = directory.names().stream()
                .sorted((a, b) -> Arrays.compareUnsigned(a.toBytes(), b.toBytes()))
                .toList();
        for (PathBytes name : names) {
            PathBytes full = path.resolve(name);
            FileStatus status = directory.status(name).orElseThrow();
            StringBuilder line = new StringBuilder(attributes(status));
            if (status.isDirectory()) {
                try (OpenDirectory child = directory.openChild(name)) {
                    add(child, full);
                }
            } else {
                addContent(directory, name, status, line);
                String first = firstNames.putIfAbsent(status.inode(), full.toString());
                line.append(first == null ? "" : " = " + first);
            }
            for (String xattr : XATTRS) {
                directory
                        .xattr(name, PathBytes.of(xattr))
                        .ifPresent(value -> line.append(' ')
                                .append(xattr)
                                .append('=')
                                .append(HexFormat.of().formatHex(value)));
            }
            lines.put(full.toString(), line.toString());
        }
    }

    private static void addContent(OpenDirectory directory, PathBytes name, FileStatus status, StringBuilder line)
            throws ErrnoException {
        switch (status.type()) {
            case FileStatus.REGULAR ->
                line.append(' ').append(status.size()).append(' ').append(sum(directory, name));
            case FileStatus.SYMLINK -> line.append(" -> ").append(directory.readLink(name));
            case FileStatus.CHARACTER_DEVICE, FileStatus.BLOCK_DEVICE ->
                line.append(' ').append(status.rdevMajor()).append(':').append(status.rdevMinor());
            default -> line.append(" other");
        }
    }

    private static long sum(OpenDirectory directory, PathBytes name) throws ErrnoException {
        CRC32 sum = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (OpenFile file = directory.openFile(name)) {
            for (int count = file.read(buffer, 0, buffer.length); count > 0; ) {
                sum.update(buffer, 0, count);
                count = file.read(buffer, 0, buffer.length);
            }
        }
        return sum.getValue();
    }
}
