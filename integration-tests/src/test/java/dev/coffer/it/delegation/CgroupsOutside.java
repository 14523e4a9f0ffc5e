package dev.coffer.it.delegation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every cgroup of the host, and what it hands down, but for those beneath one name. */
final class CgroupsOutside {
    private static final Path ALL = Path.of("/sys/fs/cgroup");
    private static final Set<String> FILES = Set.of("cgroup.subtree_control", "memory.max", "memory.limit_in_bytes");

    private CgroupsOutside() {}

    /** One line for each directory and each file that an agent writes. */
    static Set<String> of(String inside) throws IOException {
        Set<String> lines = new TreeSet<>();
        for (Path path : walk(ALL)) {
            if (path.toString().contains("/" + inside)) {
                continue;
            }
            lines.add(path.toString());
            for (String file : FILES) {
                content(path.resolve(file)).ifPresent(text -> lines.add(path + "/" + file + "=" + text));
            }
        }
        return lines;
    }

    /** Directories of that name, wherever they are. */
    static List<Path> named(String name) throws IOException {
        return walk(ALL).stream()
                .filter(path -> path.getFileName().toString().equals(name))
                .toList();
    }

    private static List<Path> walk(Path top) throws IOException {
        List<Path> found = new ArrayList<>();
        found.add(top);
        try (Stream<Path> children = Files.list(top)) {
            for (Path child : children.filter(path -> Files.isDirectory(path)).toList()) {
                found.addAll(walk(child));
            }
        }
        return found;
    }

    /** Control files have no size, so they are read to their end. */
    static Optional<String> content(Path file) {
        try (var in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
