package dev.coffer.linux.seccomp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/** The library's file as distributions install it; only its name, size and time are looked at. */
final class LibraryFile {
    private static final List<String> DIRECTORIES = List.of(
            "/usr/local/lib",
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/lib/x86_64-linux-gnu",
            "/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib");

    private LibraryFile() {}

    /** Real file name, size and modification time, as one path segment. */
    static Optional<String> build() {
        for (String directory : DIRECTORIES) {
            Path file = Path.of(directory, FilterCompiler.LIBRARY);
            if (Files.isRegularFile(file)) {
                return describe(file);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> describe(Path file) {
        try {
            Path real = file.toRealPath();
            BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
            return Optional.of(real.getFileName() + "-" + attributes.size() + "-"
                    + attributes.lastModifiedTime().toMillis());
        } catch (IOException e) {
            // replaced while we looked: the caller does without a build, which only costs a compilation
            return Optional.empty();
        }
    }
}
