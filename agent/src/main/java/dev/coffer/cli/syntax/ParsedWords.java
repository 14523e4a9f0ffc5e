package dev.coffer.cli.syntax;

import dev.coffer.agent.config.FlagCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The words after a subcommand, sorted. Options go by the last of their names. */
public final class ParsedWords {
    private final Map<String, List<String>> options = new HashMap<>();
    private final Map<String, String> agentFlags = new HashMap<>();
    private List<String> plain = List.of();
    private boolean afterDoubleDash;

    private final FlagCatalog flagCatalog;

    ParsedWords(FlagCatalog flagCatalog) {
        this.flagCatalog = flagCatalog;
    }

    /** Which flags of the agent there are. */
    public FlagCatalog flagCatalog() {
        return flagCatalog;
    }

    void set(Option option, String value) {
        List<String> values = options.get(option.name());
        if (values == null || !option.repeatable()) {
            values = new ArrayList<>();
            options.put(option.name(), values);
        }
        values.add(value);
    }

    void end(List<String> rest, boolean doubleDash) {
        plain = List.copyOf(rest);
        afterDoubleDash = doubleDash;
    }

    /** The value that was given last. */
    public Optional<String> value(String option) {
        List<String> values = values(option);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() - 1));
    }

    /** All values that were given, in order. */
    public List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }

    /** What was given, in no order. */
    Set<String> given() {
        return options.keySet();
    }

    /** What a flag says, or {@code otherwise} if it was not given. */
    public boolean flag(String option, boolean otherwise) {
        Optional<String> value = value(option);
        return value.isPresent() ? Boolean.parseBoolean(value.get()) : otherwise;
    }

    public boolean flag(String option) {
        return flag(option, false);
    }

    void setAgentFlag(String name, String value) {
        agentFlags.put(name, value);
    }

    /** Flags of the agent other than options of the subcommand, by name without hyphens. */
    Map<String, String> agentFlags() {
        return agentFlags;
    }

    /** Everything from the first word that is no option. */
    public List<String> plain() {
        return plain;
    }

    /** Whether {@code --} came before the first plain word. */
    boolean isAfterDoubleDash() {
        return afterDoubleDash;
    }
}
