package dev.coffer.cli.syntax;

/** One subcommand. */
public interface Command {
    String name();

    /** One line for the list of subcommands, without a full stop. */
    String summary();

    /** Adds the options and parameters of this subcommand alone. */
    void describe(Options options);

    /** Begins, on a thread of its own, what takes long and does not depend on the words. */
    default void prepare() {
        // most have nothing like that
    }

    /**
     * Does what the command line asks.
     *
     * @return the exit status
     * @throws UsageException if the words fit the options but make no sense
     * @throws dev.coffer.container.ContainerException if it cannot be done
     */
    int run(ParsedWords words, Console console);
}
