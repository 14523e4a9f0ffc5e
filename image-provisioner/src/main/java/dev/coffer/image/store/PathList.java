package dev.coffer.image.store;

import dev.coffer.linux.fs.PathBytes;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Paths in a file, each ended by the one byte that no path has. */
final class PathList {
    private PathList() {}

    static byte[] format(List<PathBytes> paths) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (PathBytes path : paths) {
            bytes.writeBytes(path.toBytes());
            bytes.write(0);
        }
        return bytes.toByteArray();
    }

    static List<PathBytes> parse(byte[] bytes) {
        List<PathBytes> paths = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                paths.add(PathBytes.of(bytes, from, i));
                from = i + 1;
            }
        }
        return paths;
    }
}
