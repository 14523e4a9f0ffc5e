package dev.coffer.cli.syntax;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns the words of {@code run} and {@code explain} into a request. For one use. */
public final class RunReader {
    private final ParsedWords words;
    private final HostFacts host;
    private final Problems problems = new Problems();

    private RunReader(ParsedWords words, HostFacts host) {
        this.words = words;
        this.host = host;
    }

    /**
     * The request these words make.
     *
     * @param host what options are checked against
     * @throws UsageException with all that is wrong with them
     */
    public static RunRequest read(ParsedWords words, HostFacts host) {
        return new RunReader(words, host).request();
    }

    private RunRequest request() {
        CommandWords command = CommandWords.of(words, problems);
        ContainerId id =
                problems.read("--name", value("--name"), ContainerId::new).orElseGet(RandomNames::next);
        ContainerSpec spec = new ContainerSpec(
                id,
                command.image(),
                process(command),
                resources(),
                isolation(),
                security(),
                new Stdio.Inherit(flag("--interactive")),
                flag("--rm") ? SandboxPolicy.REMOVE : SandboxPolicy.KEEP);
        problems.throwIfAny();
        return new RunRequest(spec, flag("--interactive"), flag("--tty"), flag("--verbose"));
    }

    private ProcessSpec process(CommandWords command) {
        VariableWords variables = new VariableWords(host.surroundings());
        for (String file : values("--env-file")) {
            problems.read("--env-file", Optional.of(file), variables::addFile);
        }
        for (String entry : values("--env")) {
            problems.read("--env", Optional.of(entry), variables::add);
        }
        Optional<List<String>> entrypoint =
                value("--entrypoint").map(word -> word.isEmpty() ? List.of() : List.of(word));
        return new ProcessSpec(
                command.command(),
                entrypoint,
                variables.all(),
                problems.read("--workdir", value("--workdir"), RunReader::absolute),
                problems.read("--user", value("--user"), RunReader::notEmpty),
                words.flag("--init", true));
    }

    private Resources resources() {
        LimitWords limits = new LimitWords(host.processors());
        Optional<Double> cpus = problems.read("--cpus", value("--cpus"), limits::cpus);
        Optional<Long> memory = problems.read("--mem", value("--mem"), limits::memory);
        Optional<Long> pids = problems.read("--pids", value("--pids"), limits::pids);
        return LimitWords.resources(cpus, memory, pids);
    }

    private IsolationSpec isolation() {
        List<HostVolume> volumes = new ArrayList<>();
        for (String volume : values("--volume")) {
            problems.read("--volume", Optional.of(volume), VolumeWords::parse).ifPresent(volumes::add);
        }
        NetworkMode network = problems.read("--network", value("--network"), RunReader::network)
                .orElse(NetworkMode.NONE);
        Optional<String> hostname = problems.read("--hostname", value("--hostname"), RunReader::hostname);
        return new IsolationSpec(network, hostname, volumes);
    }

    private SecuritySpec security() {
        SecurityWords security = new SecurityWords();
        for (String option : values("--security-opt")) {
            problems.read("--security-opt", Optional.of(option), security::addOption);
        }
        for (String limit : values("--ulimit")) {
            problems.read("--ulimit", Optional.of(limit), security::addLimit);
        }
        for (String name : values("--cap-add")) {
            problems.read("--cap-add", Optional.of(name), security::grant);
        }
        for (String name : values("--cap-drop")) {
            problems.read("--cap-drop", Optional.of(name), security::drop);
        }
        return security.spec();
    }

    private static String absolute(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("it must be an absolute path in the container");
        }
        return path;
    }

    private static String notEmpty(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("it is empty");
        }
        return text;
    }

    private static NetworkMode network(String word) {
        return switch (word) {
            case "none" -> NetworkMode.NONE;
            case "host" -> NetworkMode.HOST;
            default -> throw new IllegalArgumentException("there is only none and host");
        };
    }

    private static String hostname(String name) {
        // the record knows the rule
        return new IsolationSpec(NetworkMode.NONE, Optional.of(name), List.of())
                .hostname()
                .orElse(name);
    }

    private Optional<String> value(String option) {
        return words.value(option);
    }

    private List<String> values(String option) {
        return words.values(option);
    }

    private boolean flag(String option) {
        return words.flag(option);
    }
}
