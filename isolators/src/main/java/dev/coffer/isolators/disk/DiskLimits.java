package dev.coffer.isolators.disk;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Limits of running containers, one file each, because a later agent has no request to read them from. */
final class DiskLimits {
    private static final String UNFINISHED = ".new";
    private static final String NONE = "none";

    private final Path directory;

    DiskLimits(Path directory) {
        this.directory = directory;
    }

    OptionalLong read(ContainerId id) {
        try {
            String text = Files.readString(directory.resolve(id.value())).strip();
            return text.equals(NONE) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException | NumberFormatException e) {
            throw failed("read", id, e);
        }
    }

    /** Fails if there is one. */
    void create(ContainerId id) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve(id.value()), NONE, StandardOpenOption.CREATE_NEW);
        } catch (IOException e) {
            throw failed("record", id, e);
        }
    }

    void write(ContainerId id, OptionalLong bytes) {
        try {
            Files.createDirectories(directory);
            Path unfinished = directory.resolve(id.value() + UNFINISHED);
            Files.writeString(unfinished, bytes.isEmpty() ? NONE : bytes.getAsLong() + "\n");
            Files.move(unfinished, directory.resolve(id.value()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("record", id, e);
        }
    }

    void remove(ContainerId id) {
        try {
            Files.deleteIfExists(directory.resolve(id.value() + UNFINISHED));
            Files.deleteIfExists(directory.resolve(id.value()));
        } catch (IOException e) {
            throw failed("forget", id, e);
        }
    }

    Set<ContainerId> containers() {
        Set<ContainerId> ids = new TreeSet<>(java.util.Comparator.comparing(ContainerId::value));
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                // an id has no dot
                ContainerId.find(
                                name.endsWith(UNFINISHED)
                                        ? name.substring(0, name.length() - UNFINISHED.length())
                                        : name)
                        .ifPresent(ids::add);
            }
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot list disk limits in " + directory + ": " + e.getMessage(), e);
        }
        return ids;
    }

    private IsolationException failed(String verb, ContainerId id, Throwable cause) {
        return new IsolationException(
                Fault.HOST_SETUP,
                "cannot " + verb + " disk limit of container " + id + " in " + directory + ": " + cause.getMessage(),
                cause);
    }
}
