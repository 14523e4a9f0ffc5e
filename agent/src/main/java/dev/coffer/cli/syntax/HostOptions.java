package dev.coffer.cli.syntax;

import dev.coffer.agent.config.FlagReader;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.agent.config.Surroundings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    /** The settings in force, an option before its variable before the default. */
    public static HostConfig of(ParsedWords words, Surroundings surroundings) {
        Map<String, String> given = new HashMap<>(words.agentFlags());
        for (String name : ORDER) {
            if (words.value(name).isPresent()) {
                given.put(name.substring(2), words.value(name).get());
            }
        }
        try {
            return HostConfig.of(FlagReader.read(given, surroundings.environment()));
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
        int equals = word.indexOf('=');
        return NAMES.containsKey(equals < 0 ? word : word.substring(0, equals));
    }

    private static String variableOf(String option) {
        return "COFFER_" + option.substring(2).toUpperCase(Locale.ROOT);
    }
}
