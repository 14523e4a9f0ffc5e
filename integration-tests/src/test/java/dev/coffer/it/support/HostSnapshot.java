package dev.coffer.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;

/**
 * Everything on the host that containers of one test could leave behind: mounts, cgroups, processes and their network
 * namespaces, files, and open descriptors of this process.
 */
public record HostSnapshot(
        Set<String> mounts, Set<String> cgroups, Set<String> processes, Set<String> files, int openDescriptors) {

    public static HostSnapshot take(TestDirectories directories) {
        try {
            return new HostSnapshot(
                    mounts(directories),
                    cgroups(directories),
                    processes(directories),
                    files(directories),
                    countDescriptors());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails naming whatever is there now and was not before. */
    public void assertNothingWasAdded(TestDirectories directories) {
        HostSnapshot now = take(directories);
        assertThat(now.processes).as("processes").isEqualTo(processes);
        assertThat(now.mounts).as("mounts").isEqualTo(mounts);
        assertThat(now.cgroups).as("cgroups").isEqualTo(cgroups);
        assertThat(now.files).as("files").isEqualTo(files);
    }

    private static Set<String> mounts(TestDirectories directories) throws IOException {
        Set<String> found = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
            if (line.contains(directories.base().toString())) {
                found.add(line);
            }
        }
        return found;
    }

    private static Set<String> cgroups(TestDirectories directories) throws IOException {
        Set<String> found = new TreeSet<>();
        String root = directories.config().cgroupsRoot();
        Files.walkFileTree(Path.of("/sys/fs/cgroup"), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (directory.toString().contains("/" + root + "/")) {
                    found.add(directory.toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    /** By command line, which has the container's id, and by cgroup, which a task cannot leave. */
    private static Set<String> processes(TestDirectories directories) throws IOException {
        Set<String> found = new TreeSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String commandLine = read(process.resolve("cmdline")).replace('\0', ' ');
                boolean launcher = commandLine.startsWith("coffer-shim " + directories.prefix());
                boolean task = read(process.resolve("cgroup"))
                        .contains("/" + directories.config().cgroupsRoot() + "/");
                if (launcher || task) {
                    found.add(process.getFileName() + " " + commandLine);
                }
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Without the store, whose images are meant to stay, and what belongs to the host itself. */
    private static Set<String> files(TestDirectories directories) throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path top : new Path[] {
            directories.config().workDirectory(), directories.config().runtimeDirectory()
        }) {
            Files.walkFileTree(top, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    boolean own = directory.endsWith("seccomp") || directory.endsWith("owners");
                    if (own) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    found.add(top.relativize(directory).toString());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    found.add(top.relativize(file).toString());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return found;
    }

    private static int countDescriptors() throws IOException {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path ignored : all) {
                count++;
            }
        }
        return count;
    }
}
