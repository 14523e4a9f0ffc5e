package dev.coffer.isolators.device;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
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
import java.util.Set;
import java.util.TreeSet;

/** Which GPU is whose: one file for each container that has some, in the runtime directory, shared by all processes. */
final class GpuAllotment {
    private static final String LOCK = ".lock";

    private final Path directory;

    GpuAllotment(Path directory) {
        this.directory = directory;
    }

    /** Takes the first {@code count} of {@code minors} that nobody has. */
    synchronized List<Integer> take(ContainerId id, int count, List<Integer> minors) {
        try {
            Files.createDirectories(directory);
            try (FileChannel file = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock held = file.lock()) {
                List<Integer> free = new ArrayList<>(minors);
                for (ContainerId other : containers()) {
                    free.removeAll(of(other));
                }
                if (free.size() < count) {
                    throw new IsolationException(
                            Fault.USER_SPEC,
                            "cannot give " + count + " GPUs to container " + id + ": " + free.size() + " of "
                                    + minors.size() + " are free");
                }
                List<Integer> taken = List.copyOf(free.subList(0, count));
                StringBuilder text = new StringBuilder();
                taken.forEach(minor -> text.append(minor).append('\n'));
                Files.writeString(directory.resolve(id.value()), text, StandardOpenOption.CREATE_NEW);
                return taken;
            }
        } catch (IOException e) {
            throw failed("take GPUs for", id, e);
        }
    }

    /** None if it has none. */
    List<Integer> of(ContainerId id) {
        List<Integer> minors = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(directory.resolve(id.value()))) {
                minors.add(Integer.valueOf(line.strip()));
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | NumberFormatException e) {
            throw failed("read the GPUs of", id, e);
        }
        return minors;
    }

    void giveBack(ContainerId id) {
        try {
            Files.deleteIfExists(directory.resolve(id.value()));
        } catch (IOException e) {
            throw failed("give back the GPUs of", id, e);
        }
    }

    Set<ContainerId> containers() {
        Set<ContainerId> ids = new TreeSet<>(java.util.Comparator.comparing(ContainerId::value));
        if (!Files.isDirectory(directory)) {
            return ids;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "[!.]*")) {
            for (Path file : files) {
                ids.add(new ContainerId(String.valueOf(file.getFileName())));
            }
        } catch (IOException e) {
            throw new IsolationException(Fault.HOST_SETUP, "cannot list the GPUs in use in " + directory + ": " + e, e);
        }
        return ids;
    }

    private static IsolationException failed(String verb, ContainerId id, Throwable cause) {
        return new IsolationException(Fault.HOST_SETUP, "cannot " + verb + " container " + id + ": " + cause, cause);
    }
}
