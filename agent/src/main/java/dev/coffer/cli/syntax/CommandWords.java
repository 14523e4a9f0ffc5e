package dev.coffer.cli.syntax;

import java.util.List;
import java.util.Optional;

/**
 * Which of the words that are no options is the image, and which are the command.
 *
 * <p>{@code IMAGE COMMAND...}, unless {@code --image} or a {@code --} before the first word says that all of them are the
 * command.
 */
record CommandWords(Optional<String> image, List<String> command) {
    private static final String END_OF_OPTIONS = "--";

    static CommandWords of(ParsedWords words, Problems problems) {
        List<String> plain = words.plain();
        Optional<String> option = words.value("--image");
        if (option.isPresent() || words.isAfterDoubleDash()) {
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
}
