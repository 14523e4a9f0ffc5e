package dev.coffer.cli.syntax;

import dev.coffer.agent.config.FlagCatalog;
import dev.coffer.agent.config.FlagReader;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.agent.config.HostFlags;
import dev.coffer.agent.config.Surroundings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The options every subcommand has: where things are. Each can be set by an environment variable too. */
public final class HostOptions {
    private static final Map<String, String> NAMES = Map.of(
            "--work_dir", "Sandboxes and images; survives a reboot.",
            "--runtime_dir", "State of running containers; should be a tmpfs.",
            "--docker_store_dir", "Images, if not in work_dir.",
            "--cgroups_root", "Name of the cgroup that holds those of the containers.");
    private static final List<String> ORDER =
            List.of("--work_dir", "--runtime_dir", "--docker_store_dir", "--cgroups_root");

    private HostOptions() {}

    static void addTo(Options options) {
        for (String name : ORDER) {
            options.value(
                    name.equals("--cgroups_root") ? "NAME" : "DIR",
                    NAMES.get(name) + " Or " + variableOf(name) + ".",
                    name);
        }
    }

    /** Which flags there are, with those of the jars that {@code --modules_dir} of these words names. */
    public static FlagCatalog flagCatalog(List<String> words, Surroundings surroundings) {
        Map<String, String> given = new HashMap<>();
        String prefix = "--" + HostFlags.MODULES_DIR.name();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith(prefix + "=")) {
                given.put(HostFlags.MODULES_DIR.name(), word.substring(prefix.length() + 1));
            } else if (word.equals(prefix) && i + 1 < words.size()) {
                given.put(HostFlags.MODULES_DIR.name(), words.get(i + 1));
            }
        }
        try {
            return new FlagCatalog(FlagReader.modulesDirectory(given, surroundings.environment()));
        } catch (IllegalArgumentException notAFlag) {
            // perhaps a word of the container's command; if it is a flag, reading it says what is wrong
            return new FlagCatalog(Optional.empty());
        }
    }

    /** The settings in force, an option before its variable before the default. */
    public static HostConfig of(ParsedWords words, Surroundings surroundings) {
        Map<String, String> given = new HashMap<>(words.agentFlags());
        for (String name : ORDER) {
            if (words.value(name).isPresent()) {
                given.put(name.substring(2), words.value(name).get());
            }
        }
        try {
            return HostConfig.of(FlagReader.read(words.flagCatalog(), given, surroundings.environment()));
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    Arrays.asList(String.valueOf(e.getMessage()).split("\n", -1)));
        }
    }

    /** Moves such options from before the name of the subcommand to after it. */
    public static List<String> subcommandFirst(List<String> arguments) {
        List<String> leading = new ArrayList<>();
        int at = 0;
        while (at < arguments.size() && takesHostOption(arguments.get(at))) {
            leading.add(arguments.get(at));
            boolean separateValue = NAMES.containsKey(arguments.get(at));
            at++;
            if (separateValue && at < arguments.size()) {
                leading.add(arguments.get(at));
                at++;
            }
        }
        if (leading.isEmpty() || at == arguments.size()) {
            return arguments;
        }
        List<String> moved = new ArrayList<>(List.of(arguments.get(at)));
        moved.addAll(leading);
        moved.addAll(arguments.subList(at + 1, arguments.size()));
        return moved;
    }

    private static boolean takesHostOption(String word) {
        return NAMES.containsKey(word) || (word.startsWith("--") && word.indexOf('=') > 0);
    }

    private static String variableOf(String option) {
        return "COFFER_" + option.substring(2).toUpperCase(Locale.ROOT);
    }
}
