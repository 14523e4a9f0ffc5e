package dev.coffer.linux.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aMissingPathIsSuccess() throws IOException {
        Trees.remove(directory.resolve("nothing"));
        Trees.remove(directory.resolve("nothing/at/all"));
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void removesASymlinkAndNotWhatItPointsTo() throws IOException {
        Path kept = Files.createDirectories(directory.resolve("kept/inner"));
        Path tree = Files.createDirectories(directory.resolve("tree/a"));
        Files.createSymbolicLink(tree.resolve("out"), kept);
        Files.createSymbolicLink(directory.resolve("link"), kept);
        Trees.remove(directory.resolve("tree"));
        Trees.remove(directory.resolve("link"));
        assertThat(directory).isDirectoryContaining(p -> p.endsWith("kept"));
        assertThat(kept).isEmptyDirectory();
        assertThat(directory.resolve("tree")).doesNotExist();
        assertThat(Files.isSymbolicLink(directory.resolve("link"))).isFalse();
    }

    @Test
    void removesMoreSubdirectoriesThanOnePassTakes() throws IOException {
        Path tree = directory.resolve("wide");
        for (int i = 0; i < 1100; i++) {
            Files.createDirectories(tree.resolve("d" + i));
            Files.createFile(tree.resolve("d" + i + "/f"));
            Files.createFile(tree.resolve("f" + i));
        }
        Trees.remove(tree);
        assertThat(tree).doesNotExist();
    }

    @Test
    void removesADirectoryTenThousandLevelsDeep() throws IOException {
        PathBytes name = PathBytes.of("d");
        OpenDirectory at = OpenDirectory.open(directory);
        for (int i = 0; i < 10_000; i++) {
            at.makeDirectory(name, 0755);
            OpenDirectory inner = at.openChild(name);
            if (i % 1000 == 0) {
                inner.createFile(PathBytes.of("file"), 0644).close();
            }
            at.close();
            at = inner;
        }
        at.close();
        int before = openDescriptors();
        Trees.remove(directory.resolve("d"));
        assertThat(directory).isEmptyDirectory();
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void refusesTheRootAndNamesThatAreNotOne() throws IOException {
        assertThatThrownBy(() -> Trees.remove(Path.of("/"))).isInstanceOf(IllegalArgumentException.class);
        try (OpenDirectory open = OpenDirectory.open(directory)) {
            assertThatThrownBy(() -> Trees.remove(open, PathBytes.of("..")))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void opensNothingThatLeadsOutside() throws IOException {
        Files.createDirectories(directory.resolve("root/a/b"));
        Files.createDirectories(directory.resolve("secret"));
        Files.createSymbolicLink(directory.resolve("root/inside"), Path.of("a/b"));
        Files.createSymbolicLink(directory.resolve("root/up"), Path.of("../secret"));
        Files.createSymbolicLink(directory.resolve("root/absolute"), directory.resolve("secret"));
        try (OpenDirectory root = OpenDirectory.open(directory.resolve("root"))) {
            root.openBeneath(PathBytes.of("inside")).close();
            root.openBeneath(PathBytes.of("a/../a/b")).close();
            for (String path : new String[] {"up", "absolute", "..", "a/../../secret", "/"}) {
                assertThatThrownBy(() -> root.openBeneath(PathBytes.of(path)).close())
                        .as(path)
                        .isInstanceOfSatisfying(
                                ErrnoException.class,
                                e -> assertThat(e.is(Errno.EXDEV)).isTrue());
            }
        }
    }

    private static int openDescriptors() {
        String[] names = Path.of("/proc/self/fd").toFile().list();
        return names == null ? -1 : names.length;
    }
}
