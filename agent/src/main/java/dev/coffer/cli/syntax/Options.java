package dev.coffer.cli.syntax;

import dev.coffer.agent.config.FlagCatalog;
import dev.coffer.flag.Flag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options of one subcommand and what may follow them, as a table. Built by the subcommand, read by {@link Words}. */
public final class Options {
    private static final String NEGATION = "--no-";

    private final List<Option> all = new ArrayList<>();
    private final Map<String, Option> byName = new HashMap<>();
    private final List<String> synopsis = new ArrayList<>();

    Options() {}

    /** An option with a value; the last name is what {@link ParsedWords} knows it by. */
    public Options value(String label, String description, String... names) {
        return add(new Option(List.of(names), label, false, false, description));
    }

    /** An option with a value that may be given any number of times. */
    public Options values(String label, String description, String... names) {
        return add(new Option(List.of(names), label, true, false, description));
    }

    /** An option without a value. */
    public Options flag(String description, String... names) {
        return add(new Option(List.of(names), "", false, false, description));
    }

    /** A flag {@code --x} that can be taken back by {@code --no-x}. */
    public Options negatable(String description, String name) {
        Option option = new Option(List.of(name), "", false, true, description);
        byName.put(NEGATION + name.substring(2), option);
        return add(option);
    }

    /** What follows the name of the subcommand; each call adds another form. */
    public Options form(String words) {
        synopsis.add(words);
        return this;
    }

    /** These and the flags of the agent, to explain what is wrong; too many for a help text. */
    Options withFlags(FlagCatalog flags) {
        for (Flag<?> flag : flags.all().values()) {
            String name = "--" + flag.name();
            if (!byName.containsKey(name)) {
                if (flag.isBoolean()) {
                    negatable(flag.help(), name);
                } else {
                    value(flag.syntax().label(), flag.help(), name);
                }
            }
        }
        return this;
    }

    private Options add(Option option) {
        all.add(option);
        for (String name : option.names()) {
            byName.put(name, option);
        }
        return this;
    }

    List<Option> all() {
        return all;
    }

    Map<String, Option> byName() {
        return byName;
    }

    List<String> synopsis() {
        return synopsis;
    }

    static boolean isNegation(String name) {
        return name.startsWith(NEGATION);
    }
}
