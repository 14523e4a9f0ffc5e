package dev.coffer.container;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The process to run, before the image's defaults are merged in.
 *
 * @param command arguments; empty means the image's command. With an image entrypoint these follow it
 * @param entrypoint replaces the image's entrypoint (and discards its command); an empty list clears it
 * @param environment added to and overriding the image's environment, in this order
 * @param workingDirectory absolute path in the container; created if it is missing
 * @param user {@code user}, {@code uid}, {@code user:group} or {@code uid:gid}; names are those of the image
 * @param init whether pid 1 is Coffer's own init, which reaps orphans and forwards signals; otherwise the task is pid 1
 * @param secrets more of the environment, whose values only the task may see; they override the others
 */
public record ProcessSpec(
        List<String> command,
        Optional<List<String>> entrypoint,
        Map<String, String> environment,
        Optional<String> workingDirectory,
        Optional<String> user,
        boolean init,
        Map<String, Secret> secrets) {

    public ProcessSpec {
        secrets = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(secrets));
        command = List.copyOf(command);
        entrypoint = entrypoint.map(List::copyOf);
        environment = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(environment));
    }

    /** One without secrets. */
    public ProcessSpec(
            List<String> command,
            Optional<List<String>> entrypoint,
            Map<String, String> environment,
            Optional<String> workingDirectory,
            Optional<String> user,
            boolean init) {
        this(command, entrypoint, environment, workingDirectory, user, init, Map.of());
    }

    /** The same with these secrets. */
    public ProcessSpec with(Map<String, Secret> others) {
        return new ProcessSpec(command, entrypoint, environment, workingDirectory, user, init, others);
    }

    /** Runs {@code command} with the image's defaults for everything else, below Coffer's init. */
    public static ProcessSpec of(String... command) {
        return new ProcessSpec(List.of(command), Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), true);
    }
}
