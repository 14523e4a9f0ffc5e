package dev.coffer.agent;

import dev.coffer.container.ContainerId;
import dev.coffer.containerizer.state.ContainerRecord;
import dev.coffer.containerizer.state.Records;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The sandboxes that destroyed containers left. */
final class Sandboxes {
    private static final String OWNER = "cleanup";

    private final RuntimeLayout layout;
    private final Records records;

    Sandboxes(RuntimeLayout layout) {
        this.layout = layout;
        this.records = new Records(layout);
    }

    /** Removes each sandbox whose container does not exist. */
    void removeAbandoned(Consumer<String> removed, Consumer<String> failed) {
        for (Path sandbox : list(failed)) {
            Optional<ContainerId> id = idOf(sandbox);
            try {
                if (id.isPresent() && removeUnlessInUse(id.get(), sandbox)) {
                    removed.accept("sandbox " + sandbox);
                }
            } catch (IOException e) {
                failed.accept("sandbox " + sandbox + ": " + e.getMessage());
            }
        }
    }

    private List<Path> list(Consumer<String> failed) {
        List<Path> sandboxes = new ArrayList<>();
        if (!Files.isDirectory(layout.sandboxes())) {
            return sandboxes;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.sandboxes())) {
            entries.forEach(sandboxes::add);
        } catch (IOException e) {
            failed.accept("sandboxes of " + layout.sandboxes() + ": " + e.getMessage());
        }
        return sandboxes;
    }

    private static Optional<ContainerId> idOf(Path sandbox) {
        return ContainerId.find(String.valueOf(sandbox.getFileName()));
    }

    /** Takes the name meanwhile, as a launch would, so that no launch can begin to use the sandbox. */
    private boolean removeUnlessInUse(ContainerId id, Path sandbox) throws IOException {
        try {
            records.create(id, ContainerRecord.unknown().ownedBy(OWNER));
        } catch (FileAlreadyExistsException inUse) {
            return false;
        }
        Trees.remove(sandbox);
        records.removeOwn(id, OWNER);
        return true;
    }
}
