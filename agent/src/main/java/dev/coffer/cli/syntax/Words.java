package dev.coffer.cli.syntax;

import dev.coffer.agent.config.FlagCatalog;
import dev.coffer.flag.Flag;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the words after a subcommand. Like docker: everything from the first word that is no option belongs to the
 * container.
 *
 * <p>Right words are read here, quickly, for a cold start has a tenth of a second. Whatever is not right is left to
 * {@link Diagnosis}, which takes its time.
 */
public final class Words {
    static final String PROGRAM = "coffer";
    private static final String END_OF_OPTIONS = "--";

    private final List<String> words;
    private final Options options;
    private final ParsedWords parsed;
    private int at;

    private Words(List<String> words, Options options, FlagCatalog flags) {
        this.words = words;
        this.options = options;
        this.parsed = new ParsedWords(flags);
    }

    /**
     * Sorts the words into options and others.
     *
     * @param flags of the agent, which every subcommand takes
     * @throws UsageException with all that is wrong
     */
    public static ParsedWords parse(Command command, List<String> words, FlagCatalog flags) {
        Options options = optionsOf(command);
        try {
            Optional<ParsedWords> parsed = new Words(words, options, flags).read();
            if (parsed.isPresent()) {
                return parsed.get();
            }
            throw new UsageException(Diagnosis.of(command, options.withFlags(flags), words));
        } catch (IllegalArgumentException e) { // of jars in which further flags were looked for
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** The help text of a subcommand. */
    public static String help(Command command) {
        return Diagnosis.help(command, optionsOf(command));
    }

    private static Options optionsOf(Command command) {
        Options options = new Options();
        command.describe(options);
        HostOptions.addTo(options);
        return options.flag("Show this help and exit.", "-h", "--help");
    }

    /** Empty if a word is not as it should be. */
    private Optional<ParsedWords> read() {
        while (at < words.size()) {
            String word = words.get(at);
            boolean option = word.length() > 1 && word.charAt(0) == '-';
            if (!option || word.equals(END_OF_OPTIONS)) {
                parsed.end(words.subList(option ? at + 1 : at, words.size()), option);
                return Optional.of(parsed);
            }
            at++;
            if (!(word.startsWith("--") ? readLong(word) : readShort(word))) {
                return Optional.empty();
            }
        }
        return Optional.of(parsed);
    }

    private boolean readLong(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Option option = options.byName().get(name);
        if (option == null) {
            return readAgentFlag(name.substring(2), equals < 0 ? null : word.substring(equals + 1));
        }
        if (option.isFlag()) {
            parsed.set(option, Boolean.toString(!Options.isNegation(name)));
            return equals < 0;
        }
        return equals < 0 ? readNext(option) : set(option, word.substring(equals + 1));
    }

    /** {@code --x=VALUE}, {@code --x VALUE}, and of one that is true or false {@code --x} and {@code --no-x}. */
    private boolean readAgentFlag(String name, @Nullable String value) {
        Optional<Flag<?>> flag = parsed.flagCatalog().find(name);
        if (flag.isEmpty() && name.startsWith("no-") && value == null) {
            String positive = name.substring("no-".length());
            parsed.setAgentFlag(positive, "false");
            return parsed.flagCatalog().find(positive).map(Flag::isBoolean).orElse(false);
        }
        if (flag.isEmpty()) {
            return false;
        }
        if (value != null) {
            parsed.setAgentFlag(name, value);
        } else if (flag.get().isBoolean()) {
            parsed.setAgentFlag(name, "true");
        } else if (at < words.size()) {
            parsed.setAgentFlag(name, words.get(at));
            at++;
        } else {
            return false;
        }
        return true;
    }

    /** Any number of flags in one word; of one with a value the rest of the word is the value, or the next word. */
    private boolean readShort(String word) {
        for (int i = 1; i < word.length(); i++) {
            Option option = options.byName().get("-" + word.charAt(i));
            if (option == null) {
                return false;
            }
            if (!option.isFlag()) {
                String rest = word.substring(i + 1);
                return rest.isEmpty() ? readNext(option) : set(option, rest.startsWith("=") ? rest.substring(1) : rest);
            }
            parsed.set(option, "true");
        }
        return true;
    }

    private boolean readNext(Option option) {
        if (at == words.size()) {
            return false;
        }
        at++;
        return set(option, words.get(at - 1));
    }

    private boolean set(Option option, String value) {
        parsed.set(option, value);
        return true;
    }
}
