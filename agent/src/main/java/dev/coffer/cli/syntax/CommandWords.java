package dev.coffer.cli.syntax;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * Which of the words that are no options is the image, and which are the command.
 *
 * <p>{@code IMAGE COMMAND...}, unless {@code --image} or a {@code --} before the first word says that all of them are the
 * command.
 */
record CommandWords(Optional<String> image, List<String> command) {
    private static final String END_OF_OPTIONS = "--";

    static CommandWords of(ParseResult words, Problems problems) {
        List<String> plain = words.matchedPositionalValue(0, List.of());
        Optional<String> option = Optional.ofNullable(words.matchedOptionValue("--image", null));
        if (option.isPresent() || followEndOfOptions(words.originalArgs(), plain)) {
            if (option.isEmpty() && plain.isEmpty()) {
                problems.add("nothing to run: give an image, or a command after --");
            }
            return new CommandWords(option, plain);
        }
        if (plain.isEmpty()) {
            problems.add("nothing to run: give an image, or a command after --");
            return new CommandWords(option, plain);
        }
        List<String> rest = plain.subList(1, plain.size());
        boolean separated = !rest.isEmpty() && rest.get(0).equals(END_OF_OPTIONS);
        return new CommandWords(Optional.of(plain.get(0)), separated ? rest.subList(1, rest.size()) : rest);
    }

    private static boolean followEndOfOptions(List<String> all, List<String> plain) {
        int before = all.size() - plain.size() - 1;
        return before >= 0 && all.get(before).equals(END_OF_OPTIONS);
    }
}
