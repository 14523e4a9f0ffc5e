package dev.coffer.container;

import java.util.List;
import java.util.Optional;

/**
 * The part of an image's configuration that a runtime acts on.
 *
 * @param environment {@code NAME=value} entries in the image's order
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>
 */
public record ImageConfig(
        List<String> entrypoint,
        List<String> command,
        List<String> environment,
        Optional<String> workingDirectory,
        Optional<String> user,
        Optional<String> stopSignal) {

    public static final ImageConfig EMPTY =
            new ImageConfig(List.of(), List.of(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    public ImageConfig {
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        environment = List.copyOf(environment);
    }
}
