package dev.coffer.cli.syntax;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import dev.coffer.container.Tuning;
import dev.coffer.container.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the words of {@code run} and {@code explain} into a request. For one use. */
public final class RunReader {
    private final ParsedWords words;
    private final VariableWords variables;
    private final LimitWords limits;
    private final SecurityWords security = new SecurityWords();
    private final NetworkWords networks = new NetworkWords();
    private final NamespaceWords namespaces = new NamespaceWords();
    private final List<Volume> volumes = new ArrayList<>();
    private final DeviceWords devices = new DeviceWords();
    private final SecretWords secrets;
    private final List<String> problems = new ArrayList<>();
    private @Nullable TuningWords tuning;

    private RunReader(ParsedWords words, HostFacts host) {
        this.words = words;
        this.variables = new VariableWords(host.surroundings());
        this.limits = new LimitWords(host);
        this.secrets = new SecretWords(host.surroundings(), volumes);
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
        Optional<CommandWords> command = CommandWords.of(words);
        if (command.isEmpty()) {
            problems.add("nothing to run: give an image, or a command after --");
        }
        Optional<ContainerId> id = one("--name", ContainerId.class);
        SecuritySpec confinement = security();
        ContainerSpec spec = new ContainerSpec(
                id.isPresent() ? id.get() : RandomNames.next(),
                command.isPresent() ? command.get().image() : Optional.empty(),
                process(command.isPresent() ? command.get().command() : List.of()),
                resources(),
                isolation(),
                confinement,
                new Stdio.Inherit(words.flag("--interactive")),
                words.flag("--rm") ? SandboxPolicy.REMOVE : SandboxPolicy.KEEP);
        if (!problems.isEmpty()) {
            throw new UsageException(problems);
        }
        return new RunRequest(
                spec,
                networks.mode().isPresent(),
                words.flag("--interactive"),
                words.flag("--tty"),
                words.flag("--verbose"));
    }

    private Resources resources() {
        Resources resources =
                LimitWords.resources(one("--cpus", Double.class), one("--mem", Long.class), one("--pids", Long.class));
        Optional<Long> disk = one("--disk", Long.class);
        if (disk.isPresent()) {
            resources = resources.withDisk(disk.get());
        }
        if (security.writableCgroups()) {
            resources = resources.with(resources.tuning().with(new Tuning.Access(List.of(), true)));
        }
        return tuned(resources);
    }

    private Resources tuned(Resources limits) {
        for (String option : words.given()) {
            if (RunOptions.isTuning(option)) {
                tuning = tuning == null ? new TuningWords() : tuning;
                each(option);
            }
        }
        if (tuning == null) {
            return limits;
        }
        try {
            return tuning.apply(limits);
        } catch (IllegalArgumentException e) {
            problems.add("cannot use these limits: " + e.getMessage());
            return limits;
        }
    }

    private ProcessSpec process(List<String> command) {
        each("--env-file");
        each("--env");
        each("--secret");
        return new ProcessSpec(
                command,
                entrypoint(),
                variables.all(),
                one("--workdir", String.class),
                one("--user", String.class),
                words.flag("--init", true),
                secrets.environment());
    }

    private Optional<List<String>> entrypoint() {
        Optional<String> word = words.value("--entrypoint");
        if (word.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(word.get().isEmpty() ? List.of() : List.of(word.get()));
    }

    private IsolationSpec isolation() {
        each("--volume");
        each("--network");
        each("--publish");
        each("--dns");
        each("--ports");
        each("--mount");
        each("--time-offset");
        each("--userns");
        each("--device");
        Optional<Object> unused = one("--gpus", Object.class);
        return new IsolationSpec(
                networks.mode().orElse(NetworkMode.NONE),
                one("--hostname", String.class),
                volumes,
                networks.spec(),
                namespaces.namespaces(),
                devices.spec());
    }

    private SecuritySpec security() {
        each("--security-opt");
        each("--ulimit");
        Optional<String> unused = one("--oom-score-adj", String.class);
        each("--cap-add");
        each("--cap-drop");
        return security.spec();
    }

    private <T> Optional<T> one(String option, Class<T> type) {
        Optional<String> value = words.value(option);
        return value.isPresent() ? attempt(option, value.get(), type) : Optional.empty();
    }

    private void each(String option) {
        for (String value : words.values(option)) {
            Optional<?> unused = attempt(option, value, Object.class);
        }
    }

    /** What is wrong with a value is noted, so that all of it can be told at once. */
    private <T> Optional<T> attempt(String option, String value, Class<T> type) {
        try {
            return Optional.of(type.cast(meaning(option, value)));
        } catch (IllegalArgumentException e) {
            problems.add("cannot use " + option + " '" + value + "': " + e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * One table instead of a function per option: linking a function costs a cold start a third of a millisecond,
     * whether it is called or not.
     */
    private Object meaning(String option, String value) {
        return switch (option) {
            case "--name" -> new ContainerId(value);
            case "--cpus" -> limits.cpus(value);
            case "--mem" -> limits.memory(value);
            case "--pids" -> limits.pids(value);
            case "--env" -> variables.add(value);
            case "--env-file" -> variables.addFile(value);
            case "--workdir" -> absolute(value);
            case "--user" -> notEmpty(value);
            case "--network" -> networks.addNetwork(value);
            case "--publish" -> networks.publish(value);
            case "--dns" -> networks.addNameserver(value);
            case "--ports" -> networks.listen(value);
            case "--hostname" -> hostname(value);
            case "--volume" -> volumes.add(VolumeWords.parse(value));
            case "--mount" -> volumes.add(MountWords.parse(value));
            case "--secret" -> secrets.add(value);
            case "--device" -> devices.add(value);
            case "--gpus" -> devices.setGpus(value);
            case "--disk" -> LimitWords.disk(value);
            case "--userns" -> namespaces.setUsers(value);
            case "--time-offset" -> namespaces.addOffset(value);
            case "--security-opt" -> security.addOption(value);
            case "--ulimit" -> security.addLimit(value);
            case "--oom-score-adj" -> security.setOomScoreAdj(value);
            case "--cap-add" -> security.grant(value);
            case "--cap-drop" -> security.drop(value);
            default -> {
                if (tuning == null) {
                    throw new IllegalStateException("option " + option + " has no meaning");
                }
                yield tuning.add(option, value);
            }
        };
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

    private static String hostname(String name) {
        // the record knows the rule
        return new IsolationSpec(NetworkMode.NONE, Optional.of(name), List.of())
                .hostname()
                .orElse(name);
    }
}
