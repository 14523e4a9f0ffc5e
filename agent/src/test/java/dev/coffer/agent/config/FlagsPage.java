package dev.coffer.agent.config;

import dev.coffer.flag.Flag;
import dev.coffer.image.config.ImageFlags;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolators.IsolatorCatalog;
import dev.coffer.isolators.host.HostFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code docs/flags.md}, from the declarations of the flags. */
final class FlagsPage {
    private static final String HEAD = """
            # Flags

            <!-- Made from the code by FlagsPageTest; do not edit. -->

            The same for every way to run Coffer: `coffer run`, `explain`, `doctor` and the other subcommands take them, an
            embedding program gives them to `HostConfig`. Names, values and defaults are those of the Mesos agent, except where
            the last two sections say otherwise.

            A flag is written `--name=VALUE` or `--name VALUE`; one that is true or false also `--name` and `--no-name`. If
            it is not on the command line, the variable `COFFER_<NAME>` is taken, then `MESOS_<NAME>`, with the name in
            capitals; an empty variable counts as none. Any value can be read from a file: `--name=file:///path`. A flag that
            does not exist and a value that makes no sense are refused, naming what is expected. `coffer doctor` says which
            variables look like flags and are none.

            | value | is |
            |---|---|
            | DURATION | a number with one of the units ns, us, ms, secs, mins, hrs, days, weeks: `15secs` |
            | BYTES | a number with one of the units B, KB, MB, GB, TB, 1024 each: `10MB` |
            | NAME,... | names between commas |
            | [A-B,...] | ranges of numbers: `[5000-10000]` |

            Two agents that should not see each other's containers need different `runtime_dir`, `work_dir` and `cgroups_root`;
            they may share a store. Setting `work_dir` alone moves the store with it.
            """;

    private static final String ISOLATION = """

            ## Isolators

            What `--isolation` can name, in the order in which isolators work, whatever the order on the command line. Those
            marked * are the default, as far as the host can do them; what it cannot is said at start. A name that is unknown,
            given twice, in conflict or impossible on this host is refused at start; `coffer doctor --isolation=...` says so
            without starting anything. As with the Mesos agent, `process` stands for posix/cpu,posix/mem, `cgroups` for
            cgroups/cpu,cgroups/mem, `posix/disk` for disk/du and `cgroups/all` for every controller of the host that there
            is an isolator for; there is one filesystem/* (not counting shared) and one network/* (not counting ports); the
            volume isolators come with filesystem/linux.

            | isolator | why it stands there |
            |---|---|
            """;

    private final StringBuilder text = new StringBuilder(HEAD);
    private final IsolatorCatalog catalog = new IsolatorCatalog(HostFacts.ofThisHost(), List.of());
    private final Map<String, Flag<?>> flags = new FlagCatalog(Optional.empty()).builtIn();

    String text() {
        text.append("\n## Host\n");
        table(HostFlags.ALL);
        text.append("\n## Images\n\nWhat they mean together is on a [page of its own](images.md).\n");
        table(ImageFlags.ALL);
        isolators();
        flagsOfIsolators();
        deviations();
        additions();
        return text.toString();
    }

    private void isolators() {
        text.append(ISOLATION);
        for (String name : catalog.names()) {
            text.append("| [")
                    .append(name)
                    .append("](isolators/")
                    .append(name.replace('/', '-'))
                    .append(".md)")
                    .append(IsolatorCatalog.isDefault(name) ? " *" : "")
                    .append(" | ")
                    .append(IsolatorCatalog.reasonFor(name))
                    .append(" |\n");
        }
    }

    private void flagsOfIsolators() {
        Map<String, Flag<?>> left = new TreeMap<>(flags);
        HostFlags.ALL.forEach(flag -> left.remove(flag.name()));
        ImageFlags.ALL.forEach(flag -> left.remove(flag.name()));
        Map<String, List<String>> users = new TreeMap<>();
        for (String name : catalog.names()) {
            IsolatorProvider provider = catalog.find(name).orElseThrow();
            provider.flags()
                    .forEach(flag -> users.computeIfAbsent(flag.name(), key -> new ArrayList<>())
                            .add(name));
        }
        text.append(
                "\n## Flags of isolators\n\n| flag | value | default | what it is | read by |\n|---|---|---|---|---|\n");
        for (Flag<?> flag : left.values()) {
            String readers = String.join(", ", users.getOrDefault(flag.name(), List.of()));
            text.append(row(flag))
                    .append(' ')
                    .append(readers.isEmpty() ? "all" : readers)
                    .append(" |\n");
        }
    }

    private void table(List<Flag<?>> rows) {
        text.append("\n| flag | value | default | what it is |\n|---|---|---|---|\n");
        rows.forEach(flag -> text.append(row(flag)).append('\n'));
    }

    private static String row(Flag<?> flag) {
        return "| `%s` | %s | %s | %s |"
                .formatted(flag.name(), cell(flag.syntax().label()), cell(defaultOf(flag)), cell(flag.help()));
    }

    private static String defaultOf(Flag<?> flag) {
        if (flag.defaultText().isPresent()) {
            return "`" + flag.defaultText().get() + "`";
        }
        return flag.whenUnset().isEmpty() ? "none" : flag.whenUnset();
    }

    private void deviations() {
        text.append(
                "\n## Where the Mesos agent's default is another\n\n| flag | there | why not here |\n|---|---|---|\n");
        for (Flag<?> flag : flags.values()) {
            if (flag.kinship().isDeviation()) {
                text.append("| `%s` | %s | %s |\n"
                        .formatted(
                                flag.name(),
                                cell(flag.kinship().mesosDefault()),
                                cell(flag.kinship().reason())));
            }
        }
    }

    private void additions() {
        List<String> names = new ArrayList<>();
        for (Flag<?> flag : flags.values()) {
            if (flag.kinship().isAddition()) {
                names.add("`" + flag.name() + "`");
            }
        }
        if (!names.isEmpty()) {
            text.append("\n## Flags that the Mesos agent does not have\n\n")
                    .append(String.join(", ", names))
                    .append('\n');
        }
    }

    private static String cell(String content) {
        return content.replace("|", "\\|");
    }
}
