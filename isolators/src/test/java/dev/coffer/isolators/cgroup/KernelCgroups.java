package dev.coffer.isolators.cgroup;

import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.CloneIntoCgroup;
import dev.coffer.isolation.LaunchStep.JoinCgroup;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupFiles;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A root of its own in the real hierarchies, and processes put into a container's cgroups without the launcher. */
final class KernelCgroups implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    final CgroupHierarchies hierarchies;
    final String root = "coffer-it-" + ProcessHandle.current().pid();
    private final List<Process> started = new ArrayList<>();

    KernelCgroups() throws ErrnoException {
        this(CgroupFiles.kernel());
    }

    KernelCgroups(CgroupFiles files) throws ErrnoException {
        hierarchies = CgroupHierarchies.of(files.read("/proc/self/mountinfo"), files.read("/proc/self/cgroup"), files);
    }

    CgroupsIsolator isolator() {
        return isolator(CgroupsIsolator.ALL_CONTROLLERS, CgroupSettings.DEFAULT);
    }

    CgroupsIsolator isolator(Set<String> controllers, CgroupSettings settings) {
        return new CgroupsIsolator(hierarchies, root, controllers, settings, PATIENCE);
    }

    /** The container's cgroup in the hierarchy of that controller. */
    Cgroup cgroup(String controller, String id) {
        return hierarchies.carrying(controller).orElseThrow().cgroup(root + "/" + id);
    }

    /** Every directory below this root, in all hierarchies. */
    List<Path> directories() {
        return hierarchies.all().stream()
                .map(hierarchy -> hierarchy.cgroup(root).directory())
                .filter(Files::exists)
                .flatMap(KernelCgroups::walk)
                .toList();
    }

    private static Stream<Path> walk(Path top) {
        try (Stream<Path> found = Files.walk(top)) {
            return found.filter(Files::isDirectory).filter(path -> !path.equals(top)).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a script in the container's cgroups, or in their sub-cgroup {@code sub}. */
    Process start(HostResource resource, Optional<String> sub, String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", "read go; " + script)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(process);
        for (LaunchStep step : resource.steps()) {
            Path directory = directoryOf(step);
            if (sub.isPresent()) {
                directory = directory.resolve(sub.get());
                Files.createDirectories(directory);
            }
            CgroupFiles.kernel().write(directory + "/cgroup.procs", Long.toString(process.pid()));
        }
        process.outputWriter().append("go\n").flush();
        return process;
    }

    private static Path directoryOf(LaunchStep step) {
        if (step instanceof JoinCgroup join) {
            return join.tasksFile().resolveSibling("");
        }
        if (step instanceof CloneIntoCgroup born) {
            return born.directory();
        }
        throw new IllegalArgumentException("not a cgroup step: " + step);
    }

    @Override
    public void close() throws ErrnoException {
        started.forEach(Process::destroyForcibly);
        for (CgroupHierarchy hierarchy : hierarchies.all()) {
            hierarchy.cgroup(root).removeTree(PATIENCE);
        }
    }
}
