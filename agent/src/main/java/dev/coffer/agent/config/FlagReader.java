package dev.coffer.agent.config;

import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import dev.coffer.flag.Nearest;
import dev.coffer.isolators.IsolatorCatalog;
import dev.coffer.isolators.host.HostFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every flag of the agent, and how its value is found: on the command line, in {@code COFFER_<NAME>}, in
 * {@code MESOS_<NAME>}, in this order. Flags of isolators are looked up only if a name is not one of the host's.
 */
public final class FlagReader {
    private static final String FILE = "file://";
    private static final String NEGATION = "no_";
    private static final int MAX_FILE_BYTES = 16 << 20;
    /** The first wins. */
    private static final List<String> PREFIXES = List.of("COFFER_", "MESOS_");

    private FlagReader() {}

    /** All flags by name: the host's, then the isolators' in launch order. */
    public static Map<String, Flag<?>> all() {
        Map<String, Flag<?>> all = new LinkedHashMap<>();
        HostFlags.ALL.forEach(flag -> all.put(flag.name(), flag));
        new IsolatorCatalog(HostFacts.ofThisHost(), List.of()).flags().forEach(all::putIfAbsent);
        return all;
    }

    /** The flag of that name, {@code work_dir}. */
    public static Optional<Flag<?>> find(String name) {
        for (Flag<?> flag : HostFlags.ALL) {
            if (flag.name().equals(name)) {
                return Optional.of(flag);
            }
        }
        return Optional.ofNullable(all().get(name));
    }

    /**
     * What is set, typed.
     *
     * @param given by name, as on the command line
     * @param environment of this process; variables that are no flags are not looked at
     * @throws IllegalArgumentException with one line per flag that cannot be used
     */
    public static FlagValues read(Map<String, String> given, Map<String, String> environment) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String prefix : PREFIXES) {
            for (Map.Entry<String, String> variable : environment.entrySet()) {
                if (variable.getKey().startsWith(prefix) && !variable.getValue().isEmpty()) {
                    addVariable(texts, variable.getKey().substring(prefix.length()), variable.getValue());
                }
            }
        }
        texts.putAll(given);
        return parse(texts);
    }

    private static void addVariable(Map<String, String> texts, String variable, String text) {
        String name = variable.toLowerCase(Locale.ROOT);
        Optional<Flag<?>> flag = find(name);
        if (flag.isPresent()) {
            texts.putIfAbsent(name, text);
        } else if (name.startsWith(NEGATION)) {
            String positive = name.substring(NEGATION.length());
            if (find(positive).map(Flag::isBoolean).orElse(false)) {
                texts.putIfAbsent(positive, "false");
            }
        }
    }

    private static FlagValues parse(Map<String, String> texts) {
        FlagValues values = FlagValues.DEFAULTS;
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            Optional<Flag<?>> flag = find(entry.getKey());
            if (flag.isEmpty()) {
                problems.add(unknown(entry.getKey()));
                continue;
            }
            try {
                values = values.withText(flag.get(), content(flag.get(), entry.getValue()));
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return values;
    }

    /** What is wrong with a flag that does not exist. */
    public static String unknown(String name) {
        Set<String> known = new HashSet<>(all().keySet());
        Optional<String> nearest = Nearest.of(name, known);
        return "unknown flag --" + name
                + (nearest.isPresent() ? "; did you mean --" + nearest.get() + "?" : "; docs/flags.md lists all");
    }

    /** The value itself, or what is in the file that it names. */
    private static String content(Flag<?> flag, String text) {
        if (!text.startsWith(FILE)) {
            return text;
        }
        Path file = Path.of(text.substring(FILE.length()));
        try {
            if (!file.isAbsolute() || !Files.isRegularFile(file) || Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("cannot use " + flag + " '" + text
                        + "': expected the absolute path of a regular file of at most 16 MB after file://");
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot use " + flag + " '" + text + "': the file cannot be read: " + e.getMessage(), e);
        }
    }
}
