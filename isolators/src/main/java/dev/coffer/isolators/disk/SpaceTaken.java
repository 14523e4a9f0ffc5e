package dev.coffer.isolators.disk;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.Trees;
import dev.coffer.linux.quota.ProjectQuotas;
import dev.coffer.linux.quota.ProjectQuotas.State;
import java.nio.file.Path;

/** Space that a directory takes, by the cheapest way that is exact: who counts anyway is asked, else the tree is walked. */
final class SpaceTaken {
    /** A look at one directory. */
    @FunctionalInterface
    interface Look {
        long bytes() throws ErrnoException;
    }

    private final ProjectQuotas quotas;

    SpaceTaken(ProjectQuotas quotas) {
        this.quotas = quotas;
    }

    /**
     * By its project if it has one of its own that the file system counts, by the file system if it is one of its own, else
     * by {@link Trees#usedBytes}.
     */
    long of(Path directory) throws ErrnoException {
        Path parent = directory.toAbsolutePath().getParent();
        if (parent == null) {
            return Trees.usedBytes(directory);
        }
        long project = quotas.projectOf(directory);
        if (project != 0 && project != quotas.projectOf(parent) && isCounted(directory)) {
            return quotas.account(directory, project).bytes();
        }
        try (OpenDirectory opened = OpenDirectory.open(directory);
                OpenDirectory above = OpenDirectory.open(parent)) {
            if (opened.status().device() != above.status().device()) {
                return opened.fileSystem().usedBytes();
            }
        }
        return Trees.usedBytes(directory);
    }

    private boolean isCounted(Path directory) throws ErrnoException {
        State state = quotas.state(directory);
        return state == State.COUNTED || state == State.ENFORCED;
    }
}
