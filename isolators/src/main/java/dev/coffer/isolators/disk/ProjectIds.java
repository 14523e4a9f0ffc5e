package dev.coffer.isolators.disk;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.flag.NumberRange;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.quota.ProjectQuotas;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Which project id is whose: one file for each that is taken, named by it, with the container's id in it. It survives
 * reboots, as the sandboxes do, and is there until the sandbox's tree is gone: an id given back earlier would count what
 * is left of one container against the next. Several processes may use the directory at a time. It is on the file system
 * of the sandboxes, and is used to name that.
 */
final class ProjectIds {
    private static final String LOCK = "lock";

    private final Path directory;
    private final List<NumberRange> ranges;
    private final ProjectQuotas quotas;
    private final Function<ContainerId, Path> sandboxes;

    ProjectIds(Path directory, List<NumberRange> ranges, ProjectQuotas quotas, Function<ContainerId, Path> sandboxes) {
        this.directory = directory;
        this.ranges = List.copyOf(ranges);
        this.quotas = quotas;
        this.sandboxes = sandboxes;
    }

    /** Something done to the ids while no other process does. */
    @FunctionalInterface
    private interface Act<T> {
        T run() throws IOException;
    }

    /**
     * Takes the lowest id that is free, and that nothing on the file system is counted for, and marks the sandbox with it:
     * an id is somebody's if, and only if, both say so.
     */
    long allot(ContainerId id) {
        return alone("allot a project id to container " + id, () -> {
            Files.createDirectories(directory);
            long project = free();
            if (project == 0) {
                reclaimStale();
                project = free();
            }
            if (project == 0) {
                throw new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot allot a project id to container " + id + ": all of " + DiskFlags.PROJECTS + " " + ranges
                                + " are taken; widen that, or remove sandboxes with coffer cleanup");
            }
            Files.writeString(record(project), id.value(), StandardOpenOption.CREATE_NEW);
            quotas.assign(sandboxes.apply(id), project);
            return project;
        });
    }

    /** Gives back those whose trees are gone. */
    void reclaim() {
        if (Files.isDirectory(directory)) {
            int unused = alone("give back project ids", this::reclaimStale);
        }
    }

    private long free() throws IOException {
        for (NumberRange range : ranges) {
            for (long project = range.first(); project <= range.last(); project++) {
                if (!Files.exists(record(project))
                        && quotas.account(directory, project).files() == 0) {
                    return project;
                }
            }
        }
        return 0;
    }

    private int reclaimStale() throws IOException {
        List<Path> stale = new ArrayList<>();
        try (DirectoryStream<Path> records = Files.newDirectoryStream(directory, "[0-9]*")) {
            for (Path record : records) {
                if (isStale(record)) {
                    stale.add(record);
                }
            }
        }
        for (Path record : stale) {
            quotas.limit(directory, projectIn(record), 0, 0);
            Files.delete(record);
        }
        return stale.size();
    }

    private boolean isStale(Path record) throws IOException {
        String owner = Files.readString(record).strip();
        if (owner.isEmpty()) { // interrupted before anything was marked
            return true;
        }
        Path sandbox = sandboxes.apply(new ContainerId(owner));
        return !Files.isDirectory(sandbox) || quotas.projectOf(sandbox) != projectIn(record);
    }

    private static long projectIn(Path record) {
        return Long.parseLong(String.valueOf(record.getFileName()));
    }

    /** The one of a sandbox; 0 if it has none of ours, as if it was made before this isolator was chosen. */
    long of(ContainerId id) throws ErrnoException {
        Path sandbox = sandboxes.apply(id);
        if (!Files.isDirectory(sandbox)) {
            return 0;
        }
        long project = quotas.projectOf(sandbox);
        try {
            return project != 0 && Files.readString(record(project)).strip().equals(id.value()) ? project : 0;
        } catch (NoSuchFileException notOurs) {
            return 0;
        } catch (IOException e) {
            throw failed("read " + record(project), e);
        }
    }

    private synchronized <T> T alone(String what, Act<T> act) {
        try {
            Files.createDirectories(directory);
            try (FileChannel file = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = file.lock()) {
                return act.run();
            }
        } catch (IOException e) {
            throw failed(what, e);
        }
    }

    private IsolationException failed(String what, IOException cause) {
        return new IsolationException(
                Fault.HOST_SETUP,
                "cannot " + what + ": " + cause.getMessage() + " (ids are kept in " + directory + ")",
                cause);
    }

    private Path record(long project) {
        return directory.resolve(Long.toString(project));
    }
}
