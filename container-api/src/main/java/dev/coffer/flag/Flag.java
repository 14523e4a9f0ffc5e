package dev.coffer.flag;

import java.util.Optional;

/**
 * One thing an operator can set, declared once as a constant next to the code that reads it.
 *
 * <pre>{@code
 * static final Flag<Boolean> ENABLE_CFS =
 *         Flag.of("cgroups_enable_cfs", Syntax.bool(), "false", "Cap processors at the request.");
 * }</pre>
 *
 * <p>Immutable. Flags are told apart by name, and no name is declared twice.
 */
public final class Flag<T> {
    private final String name;
    private final Syntax<T> syntax;
    private final Optional<String> defaultText;
    private final String help;
    private final String unset;
    private final Kinship kinship;

    private Flag(
            String name, Syntax<T> syntax, Optional<String> defaultText, String help, String unset, Kinship kinship) {
        this.name = name;
        this.syntax = syntax;
        this.defaultText = defaultText;
        this.help = help;
        this.unset = unset;
        this.kinship = kinship;
    }

    /**
     * A flag with a default.
     *
     * @param name as the Mesos agent calls it, lower case with underscores
     * @param defaultText read by {@code syntax} whenever the flag is not set
     * @param help one sentence
     */
    public static <T> Flag<T> of(String name, Syntax<T> syntax, String defaultText, String help) {
        return new Flag<>(name, syntax, Optional.of(defaultText), help, "", Kinship.SAME);
    }

    /** A flag that need not have a value. */
    public static <T> Flag<Optional<T>> optional(String name, Syntax<T> syntax, String help) {
        return new Flag<>(name, new OptionalSyntax<>(syntax), Optional.empty(), help, "", Kinship.SAME);
    }

    /** The same optional flag, with a word on what happens if it is not set. */
    public Flag<T> whenUnset(String meaning) {
        return new Flag<>(name, syntax, defaultText, help, meaning, kinship);
    }

    /** The same flag, whose default is not the Mesos agent's; {@code docs/flags.md} lists it with the reason. */
    public Flag<T> otherThanMesos(String mesosDefault, String reason) {
        return new Flag<>(name, syntax, defaultText, help, unset, new Kinship(mesosDefault, reason));
    }

    /** The same flag, which the Mesos agent does not have. */
    public Flag<T> notInMesos() {
        return new Flag<>(name, syntax, defaultText, help, unset, Kinship.NONE);
    }

    public String name() {
        return name;
    }

    public Syntax<T> syntax() {
        return syntax;
    }

    public String help() {
        return help;
    }

    public Kinship kinship() {
        return kinship;
    }

    /** What it means that a flag without a default is not set; may be empty. */
    public String whenUnset() {
        return unset;
    }

    /** Empty if there is none. */
    public Optional<String> defaultText() {
        return defaultText;
    }

    /** Whether {@code --x} alone means true and {@code --no-x} false. */
    public boolean isBoolean() {
        return syntax instanceof Syntaxes.Bool;
    }

    /**
     * The value that {@code text} stands for.
     *
     * @throws IllegalArgumentException naming flag, value and what is expected
     */
    public T parse(String text) {
        try {
            return syntax.parse(text);
        } catch (IllegalArgumentException e) {
            String cause = e instanceof NumberFormatException || e.getMessage() == null ? "" : e.getMessage() + "; ";
            throw new IllegalArgumentException(
                    "cannot use --" + name + " '" + text + "': " + cause + "expected " + syntax.expected(), e);
        }
    }

    /** What it is if it is not set. */
    T defaultValue() {
        if (defaultText.isPresent()) {
            return parse(defaultText.get());
        }
        @SuppressWarnings("unchecked") // without a default T is an Optional: see optional()
        T none = (T) Optional.empty();
        return none;
    }

    @Override
    public String toString() {
        return "--" + name;
    }

    /**
     * How the flag relates to that of the Mesos agent.
     *
     * @param mesosDefault empty if it is ours too
     * @param reason why ours is another
     */
    public record Kinship(String mesosDefault, String reason) {
        static final Kinship SAME = new Kinship("", "");
        static final Kinship NONE = new Kinship("(no such flag)", "");

        public boolean isDeviation() {
            return !reason.isEmpty();
        }

        public boolean isAddition() {
            return equals(NONE);
        }
    }
}
