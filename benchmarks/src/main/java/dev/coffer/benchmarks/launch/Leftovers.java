package dev.coffer.benchmarks.launch;

import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Removes everything a bench can leave on the host, whoever of the contenders made it; also of a bench that died. */
final class Leftovers {
    /** Every cgroup of ours, and of the peers as far as they let us choose, begins with this. */
    static final String CGROUP_PREFIX = "coffer-bench";

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final int REMOVAL_TRIES = 200;
    private static final int PAUSE_MILLIS = 25;

    private Leftovers() {}

    static void remove(Path base) throws IOException, InterruptedException {
        removeCgroups();
        unmountBelow(base);
        Trees.remove(base);
    }

    private static void unmountBelow(Path base) throws IOException, InterruptedException {
        List<String> targets = new ArrayList<>();
        for (String line : lines(Path.of("/proc/self/mounts"))) {
            String target = line.split(" ", -1)[1];
            if (Path.of(target).startsWith(base)) {
                targets.add(target);
            }
        }
        Collections.reverse(targets); // a later mount may lie on an earlier one
        for (String target : targets) {
            Programs.require("umount", "-l", target);
        }
    }

    /** In the v2 hierarchy, or in each v1 hierarchy. */
    private static void removeCgroups() throws IOException, InterruptedException {
        List<Path> found = new ArrayList<>(cgroupsIn(CGROUPS));
        try (DirectoryStream<Path> hierarchies = Files.newDirectoryStream(CGROUPS, Files::isDirectory)) {
            for (Path hierarchy : hierarchies) {
                if (!Files.isSymbolicLink(hierarchy)) {
                    found.addAll(cgroupsIn(hierarchy));
                }
            }
        }
        for (Path cgroup : found) {
            removeCgroup(cgroup);
        }
    }

    private static List<Path> cgroupsIn(Path hierarchy) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(hierarchy, CGROUP_PREFIX + "*")) {
            entries.forEach(found::add);
        }
        return found;
    }

    private static void removeCgroup(Path cgroup) throws IOException, InterruptedException {
        for (Path child : children(cgroup)) {
            removeCgroup(child);
        }
        IOException last = new IOException("never tried");
        for (int i = 0; i < REMOVAL_TRIES; i++) {
            try {
                killProcesses(cgroup);
                Files.deleteIfExists(cgroup);
                return;
            } catch (IOException e) {
                last = e;
                Thread.sleep(PAUSE_MILLIS);
            }
        }
        throw new IOException("cannot remove cgroup " + cgroup + ": " + last.getMessage(), last);
    }

    private static List<Path> children(Path cgroup) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(cgroup, Files::isDirectory)) {
            entries.forEach(found::add);
        } catch (NoSuchFileException gone) {
            return List.of();
        }
        return found;
    }

    private static void killProcesses(Path cgroup) throws IOException {
        for (String pid : lines(cgroup.resolve("cgroup.procs"))) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private static List<String> lines(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        }
    }
}
