package dev.coffer.agent.config;

import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds the values of flags: on the command line, in {@code COFFER_<NAME>}, in {@code MESOS_<NAME>}, in this order. */
public final class FlagReader {
    private static final String FILE = "file://";
    private static final String NEGATION = "no_";
    private static final int MAX_FILE_BYTES = 16 << 20;
    private static final String OURS = "COFFER_";
    /** The first wins. */
    private static final List<String> PREFIXES = List.of(OURS, "MESOS_");
    /** Variables that are no flags. */
    private static final List<String> SWITCHES = List.of("COFFER_DEBUG");

    private FlagReader() {}

    /**
     * What is set, typed.
     *
     * @param given by name, as on the command line
     * @param environment of this process; variables that are no flags are not looked at
     * @throws IllegalArgumentException with one line per flag that cannot be used
     */
    public static FlagValues read(FlagCatalog catalog, Map<String, String> given, Map<String, String> environment) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String prefix : PREFIXES) {
            for (Map.Entry<String, String> variable : environment.entrySet()) {
                String name = variable.getKey();
                if (name.startsWith(prefix) && !SWITCHES.contains(name)) {
                    addVariable(catalog, texts, flagName(name, prefix), variable.getValue());
                }
            }
        }
        texts.putAll(given);
        return parse(catalog, texts);
    }

    /** Where isolators of other jars are, before it is known which flags there are. */
    public static Optional<Path> modulesDirectory(Map<String, String> given, Map<String, String> environment) {
        String name = HostFlags.MODULES_DIR.name();
        String text = given.get(name);
        for (String prefix : PREFIXES) {
            text = text == null ? environment.get(prefix + name.toUpperCase(Locale.ROOT)) : text;
        }
        return text == null || text.isEmpty() ? Optional.empty() : HostFlags.MODULES_DIR.parse(text);
    }

    /** Variables that look like flags of ours and are none, each with the one that may be meant. */
    public static Map<String, Optional<String>> unknownVariables(FlagCatalog catalog, Map<String, String> environment) {
        Map<String, Optional<String>> unknown = new TreeMap<>();
        for (String variable : environment.keySet()) {
            String name = flagName(variable, OURS);
            if (variable.startsWith(OURS)
                    && !SWITCHES.contains(variable)
                    && catalog.find(positive(name)).isEmpty()) {
                unknown.put(variable, catalog.nearest(name).map(flag -> OURS + flag.toUpperCase(Locale.ROOT)));
            }
        }
        return unknown;
    }

    private static String flagName(String variable, String prefix) {
        return variable.startsWith(prefix) ? variable.substring(prefix.length()).toLowerCase(Locale.ROOT) : "";
    }

    private static String positive(String name) {
        return name.startsWith(NEGATION) ? name.substring(NEGATION.length()) : name;
    }

    /** An empty one is as good as none. */
    private static void addVariable(FlagCatalog catalog, Map<String, String> texts, String name, String text) {
        Optional<Flag<?>> flag = catalog.find(name);
        if (flag.isPresent() && !text.isEmpty()) {
            texts.putIfAbsent(name, text);
        } else if (flag.isEmpty()
                && name.startsWith(NEGATION)
                && catalog.find(positive(name)).map(Flag::isBoolean).orElse(false)) {
            texts.putIfAbsent(positive(name), "false");
        }
    }

    private static FlagValues parse(FlagCatalog catalog, Map<String, String> texts) {
        FlagValues values = FlagValues.DEFAULTS;
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            Optional<Flag<?>> flag = catalog.find(entry.getKey());
            try {
                values = flag.isPresent()
                        ? values.withText(flag.get(), content(flag.get(), entry.getValue()))
                        : refuse(catalog, entry.getKey());
            } catch (IllegalArgumentException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return values;
    }

    private static FlagValues refuse(FlagCatalog catalog, String name) {
        Optional<String> nearest = catalog.nearest(name);
        throw new IllegalArgumentException("unknown flag --" + name
                + (nearest.isPresent() ? "; did you mean --" + nearest.get() + "?" : "; docs/flags.md lists all"));
    }

    /** The value itself, or what is in the file that it names. */
    private static String content(Flag<?> flag, String text) {
        if (!text.startsWith(FILE)) {
            return text;
        }
        String name = text.substring(FILE.length());
        try {
            if (!name.startsWith("/")
                    || !Files.isRegularFile(Path.of(name))
                    || Files.size(Path.of(name)) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("cannot use " + flag + " '" + text
                        + "': expected the absolute path of a regular file of at most 16 MB after file://");
            }
            return Files.readString(Path.of(name)).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "cannot use " + flag + " '" + text + "': the file cannot be read: " + e.getMessage(), e);
        }
    }
}
