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

    /** Empty if there is neither an image nor a command. */
    static Optional<CommandWords> of(ParsedWords words) {
        List<String> plain = words.plain();
        Optional<String> option = words.value("--image");
        if (plain.isEmpty() && option.isEmpty()) {
            return Optional.empty();
        }
        if (option.isPresent() || words.isAfterDoubleDash()) {
            return Optional.of(new CommandWords(option, plain));
        }
        List<String> rest = plain.subList(1, plain.size());
        boolean separated = !rest.isEmpty() && rest.get(0).equals(END_OF_OPTIONS);
        return Optional.of(
                new CommandWords(Optional.of(plain.get(0)), separated ? rest.subList(1, rest.size()) : rest));
    }
}
