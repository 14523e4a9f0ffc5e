package dev.coffer.isolators.posix;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.isolation.AttachesProcess;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.ReportsUsage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Processor time and memory of the tree of processes below a container's first one. */
final class PosixUsageIsolator implements HostIsolator {
    private final boolean cpu;
    private final boolean memory;
    private final Path pids;
    private final ProcessTree tree;

    /**
     * Reads these figures.
     *
     * @param pids directory in which the first process of each container is noted, for a later agent
     */
    PosixUsageIsolator(boolean cpu, boolean memory, Path pids, Path proc) {
        this.cpu = cpu;
        this.memory = memory;
        this.pids = pids;
        this.tree = new ProcessTree(proc);
    }

    @Override
    public String name() {
        return cpu ? PosixUsageProvider.CPU : PosixUsageProvider.MEM;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Processes(id, pids.resolve(id.value()));
    }

    @Override
    public Set<ContainerId> discover() {
        Set<ContainerId> ids = new TreeSet<>(Comparator.comparing(ContainerId::value));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(pids)) {
            files.forEach(
                    file -> ContainerId.find(String.valueOf(file.getFileName())).ifPresent(ids::add));
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new IsolationException(Fault.HOST_SETUP, "cannot list processes in " + pids + ": " + e, e);
        }
        return ids;
    }

    private final class Processes implements HostResource, AttachesProcess, ReportsUsage {
        private final ContainerId id;
        private final Path file;

        Processes(ContainerId id, Path file) {
            this.id = id;
            this.file = file;
        }

        @Override
        public void create(ContainerSpec spec) {
            // its first process does not exist yet
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of();
        }

        @Override
        public void attach(long pid) {
            try {
                Files.createDirectories(pids);
                Files.writeString(file, pid + " " + tree.startOf(pid).orElse(0L) + "\n");
            } catch (IOException e) {
                throw new IsolationException(
                        Fault.HOST_SETUP, "cannot note process " + pid + " of container " + id + ": " + e, e);
            }
        }

        @Override
        public void usage(Usage.Builder into) {
            Optional<ProcessTree.Figures> found = figures();
            if (found.isEmpty()) {
                return;
            }
            ProcessTree.Figures figures = found.get();
            into.put(Statistic.PROCESSES, figures.processes()).put(Statistic.THREADS, figures.threads());
            if (cpu) {
                into.put(Statistic.CPUS_USER_TIME, figures.userNanos())
                        .put(Statistic.CPUS_SYSTEM_TIME, figures.systemNanos())
                        .put(Statistic.CPUS_TIME, figures.userNanos() + figures.systemNanos());
            }
            if (memory) {
                into.put(Statistic.MEM_RSS, figures.residentBytes());
            }
        }

        /** Empty if the first process is gone, or its number is another's now. */
        private Optional<ProcessTree.Figures> figures() {
            try {
                String[] words = Files.readString(file).strip().split(" ", -1);
                return words.length == 2
                        ? tree.figures(Long.parseLong(words[0]), Long.parseLong(words[1]))
                        : Optional.empty();
            } catch (IOException | NumberFormatException e) {
                return Optional.empty(); // absent figures are what is left of it
            }
        }

        @Override
        public void close() {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new IsolationException(
                        Fault.HOST_SETUP, "cannot forget the process of container " + id + ": " + e, e);
            }
        }
    }
}
