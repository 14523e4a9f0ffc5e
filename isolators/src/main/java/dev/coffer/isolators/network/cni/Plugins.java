package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.linux.process.PluginProcess;
import dev.coffer.linux.process.PluginProcess.Ending;
import dev.coffer.linux.process.PluginProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs single plugins. A plugin's environment is what the specification names, and {@code PATH}, for many call other
 * programs.
 */
final class Plugins {
    static final int MAX_OUTPUT = 1 << 20;

    private static final String PROGRAMS = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int MAX_MESSAGE = 1000;

    private final List<Path> directories;
    private final Duration timeout;

    Plugins(List<Path> directories, Duration timeout) {
        this.directories = List.copyOf(directories);
        this.timeout = timeout;
    }

    /**
     * One call of a plugin.
     *
     * @param container CNI_CONTAINERID
     * @param namespace CNI_NETNS; empty if it is gone
     */
    record Call(String command, String container, String namespace, Attachment attachment) {
        String purpose(String type) {
            return switch (command) {
                case "ADD" -> "attach container " + container + " to network '" + network() + "' with plugin " + type;
                case "DEL" -> "detach container " + container + " from network '" + network() + "' with plugin " + type;
                default -> "check container " + container + " in network '" + network() + "' with plugin " + type;
            };
        }

        private String network() {
            return attachment.network().name();
        }
    }

    /**
     * Where the plugin is.
     *
     * @throws IsolationException if it is nowhere
     */
    Path find(String type) {
        for (Path directory : directories) {
            Path program = directory.resolve(type);
            if (Files.isRegularFile(program) && Files.isExecutable(program)) {
                return program;
            }
        }
        throw new IsolationException(
                Fault.HOST_SETUP,
                "cannot find CNI plugin '" + type + "': it is not in " + path()
                        + "; install it there, or correct --network_cni_plugins_dir");
    }

    /**
     * Runs it.
     *
     * @return what it printed
     * @throws IsolationException with its own words if it fails
     */
    String run(String type, Call call, Map<String, Object> configuration) {
        Outcome outcome;
        try {
            outcome = PluginProcess.run(
                    find(type), environment(call), JsonObject.bytes(configuration), timeout, MAX_OUTPUT);
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP, "cannot " + call.purpose(type) + ": it does not start: " + e.getMessage(), e);
        }
        if (outcome.ending() != Ending.EXITED || outcome.status() != 0) {
            throw new IsolationException(Fault.REMOTE, "cannot " + call.purpose(type) + ": " + cause(outcome));
        }
        return outcome.output();
    }

    private Map<String, String> environment(Call call) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("CNI_COMMAND", call.command());
        environment.put("CNI_CONTAINERID", call.container());
        environment.put("CNI_NETNS", call.namespace());
        environment.put("CNI_IFNAME", call.attachment().interfaceName());
        Map<String, String> arguments = call.attachment().arguments();
        if (!arguments.isEmpty()) {
            environment.put(
                    "CNI_ARGS",
                    arguments.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .collect(Collectors.joining(";", "IgnoreUnknown=1;", "")));
        }
        environment.put("CNI_PATH", path());
        environment.put("PATH", PROGRAMS);
        return environment;
    }

    private String path() {
        return directories.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private String cause(Outcome outcome) {
        String words = words(outcome);
        return switch (outcome.ending()) {
            case TIMED_OUT ->
                "it took longer than " + timeout.toMillis() + " ms and was killed" + words
                        + "; see --network_cni_plugin_timeout";
            case TOO_MUCH_OUTPUT -> "it printed more than " + MAX_OUTPUT + " bytes and was killed" + words;
            case EXITED -> "it ended with status " + outcome.status() + words;
        };
    }

    /** The message of its error result, if it printed one, and what it wrote to standard error. */
    private static String words(Outcome outcome) {
        StringBuilder words = new StringBuilder();
        try {
            JsonObject error = JsonObject.parse(outcome.output());
            append(words, error.text("msg").orElse(""));
            append(words, error.text("details").orElse(""));
        } catch (IllegalArgumentException noErrorResult) {
            append(words, outcome.output());
        }
        append(words, outcome.error());
        return words.toString();
    }

    private static void append(StringBuilder words, String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        if (!line.isEmpty()) {
            words.append(": ").append(line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) + "..." : line);
        }
    }
}
