package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The configured networks as they are now: nothing is remembered, so files may come, change and go at any time. */
final class NetworkConfigs {
    private static final int MAX_BYTES = 1 << 20;

    private final Path directory;

    NetworkConfigs(Path directory) {
        this.directory = directory;
    }

    /**
     * The network of that name; of several the first by file name.
     *
     * @throws IsolationException if there is none, naming those that there are and files that cannot be used
     */
    NetworkList find(String name) {
        List<String> known = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (Path file : files()) {
            try {
                NetworkList network = read(file);
                if (network.name().equals(name)) {
                    return network;
                }
                known.add(network.name());
            } catch (IOException | IllegalArgumentException e) {
                broken.add(file.getFileName() + " cannot be used: " + e.getMessage());
            }
        }
        String there = known.isEmpty() ? "there are no networks" : "there are " + String.join(", ", known);
        String unusable = broken.isEmpty() ? "" : ", and " + String.join(", and ", broken);
        throw new IsolationException(
                Fault.USER_SPEC,
                "cannot find network '" + name + "': " + directory + " does not configure it; " + there + unusable);
    }

    /** The name of the first by file name that can be used. */
    Optional<String> first() {
        for (Path file : files()) {
            Optional<String> name = nameIn(file);
            if (name.isPresent()) {
                return name;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> nameIn(Path file) {
        try {
            return Optional.of(read(file).name());
        } catch (IOException | IllegalArgumentException unusable) {
            return Optional.empty(); // whoever asks for it by name is told why
        }
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*.{conflist,conf,json}")) {
            all.forEach(files::add);
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot list networks of " + directory + ": " + e.getMessage(), e);
        }
        files.sort(null);
        return files;
    }

    private static NetworkList read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("it is no regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException("it has more than " + MAX_BYTES + " bytes");
            }
            return NetworkList.parse(new String(content, StandardCharsets.UTF_8));
        }
    }
}
