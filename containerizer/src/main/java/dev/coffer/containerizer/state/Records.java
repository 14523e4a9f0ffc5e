package dev.coffer.containerizer.state;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Termination;
import dev.coffer.linux.fs.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and writes the runtime directory. A record is there whole or not at all. Thread-safe for different containers. */
public final class Records {
    private static final int MAX_RECORD_BYTES = 64 << 10;

    private final RuntimeLayout layout;

    public Records(RuntimeLayout layout) {
        this.layout = layout;
    }

    /** Makes the directories that all containers share. */
    public void prepare() throws IOException {
        for (Path directory : List.of(layout.owners(), layout.containers(), layout.sandboxes())) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    /**
     * Makes the container's directory with its record in it, in one step as others see it.
     *
     * @throws java.nio.file.FileAlreadyExistsException if the id is taken
     */
    public void create(ContainerId id, ContainerRecord container) throws IOException {
        Path unfinished = layout.unfinished(container.owner(), id);
        Path target = layout.container(id);
        if (Files.exists(target)) {
            throw new java.nio.file.FileAlreadyExistsException(target.toString());
        }
        Files.createDirectory(unfinished);
        Files.createDirectory(unfinished.resolve(layout.root(id).getFileName()));
        Files.writeString(unfinished.resolve(ContainerRecord.FILE), container.format());
        // rename(2) onto a directory succeeds only if that is empty, and ours never is: two launches of one id cannot
        // both get here
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    }

    public void write(ContainerId id, ContainerRecord container) throws IOException {
        replace(id, ContainerRecord.FILE, container.format());
    }

    public void write(ContainerId id, Termination termination) throws IOException {
        replace(id, TerminationRecord.FILE, TerminationRecord.format(termination));
    }

    public Optional<ContainerRecord> readContainer(ContainerId id) throws IOException {
        Optional<String> content = read(layout.container(id).resolve(ContainerRecord.FILE));
        return content.isEmpty() ? Optional.empty() : Optional.of(ContainerRecord.parse(content.get()));
    }

    public Optional<Termination> readTermination(ContainerId id) throws IOException {
        Optional<String> content = read(layout.container(id).resolve(TerminationRecord.FILE));
        return content.isEmpty() ? Optional.empty() : Optional.of(TerminationRecord.parse(content.get()));
    }

    /**
     * Undoes {@link #create}, also one that failed because the id is taken: the directory of another owner's container
     * stays.
     */
    public void removeOwn(ContainerId id, String owner) throws IOException {
        Path unfinished = layout.unfinished(owner, id);
        if (Files.exists(unfinished)) { // hardly ever
            Trees.remove(unfinished);
        }
        Optional<ContainerRecord> present = readContainer(id);
        // without a record it is what an earlier attempt to remove it left
        if (present.isEmpty() || present.get().owner().equals(owner)) {
            remove(id);
        }
    }

    /** Removes the container's directory, whoever owns it; from then on nobody knows of it. */
    public void remove(ContainerId id) throws IOException {
        Trees.remove(layout.container(id));
    }

    /**
     * What is in the directory of all containers.
     *
     * @param strange names that no container can have
     */
    public record Listing(List<ContainerId> containers, List<String> strange) {}

    /** Every container that has a directory, and what else is there. */
    public Listing list() throws IOException {
        List<ContainerId> ids = new ArrayList<>();
        List<String> strange = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.containers())) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.startsWith(".")) {
                    continue; // see unfinished()
                }
                ContainerId.find(name).ifPresentOrElse(ids::add, () -> strange.add(name));
            }
        }
        return new Listing(ids, strange);
    }

    /** Directories of launches that never recorded themselves, by owner. */
    public List<Unfinished> unfinished() throws IOException {
        List<Unfinished> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(layout.containers(), ".*")) {
            for (Path entry : entries) {
                String[] words = entry.getFileName().toString().split("\\.", -1);
                if (words.length == 3) {
                    found.add(new Unfinished(words[1], entry));
                }
            }
        }
        return found;
    }

    /** A directory that {@link #create} had begun. */
    public record Unfinished(String owner, Path directory) {}

    private void replace(ContainerId id, String name, String content) throws IOException {
        Path directory = layout.container(id);
        Path temporary = directory.resolve(name + ".tmp");
        Files.writeString(temporary, content);
        Files.move(temporary, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_RECORD_BYTES) {
                throw new IOException("record " + file + " is longer than " + MAX_RECORD_BYTES + " bytes");
            }
            return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }
}
