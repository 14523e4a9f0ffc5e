package dev.coffer.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Explains options: all of them to who asks for help, and what is wrong with the words of who got one wrong. */
final class Diagnosis {
    private static final int HELP_WIDTH = 100;

    private Diagnosis() {}

    /** Every problem with words that {@link Words} could not read; at least one. */
    static List<String> of(Command command, Options options, List<String> words) {
        CommandLine model = modelOf(command, options);
        List<String> problems = new ArrayList<>();
        for (Exception error : model.parseArgs(words.toArray(new String[0])).errors()) {
            problems.add(explain(error) + "; see " + model.getCommandName() + " --help");
        }
        if (problems.isEmpty()) {
            problems.add("cannot read the options; see " + model.getCommandName() + " --help");
        }
        return problems;
    }

    static String help(Command command, Options options) {
        return modelOf(command, options).getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    private static CommandLine modelOf(Command command, Options options) {
        CommandSpec spec = CommandSpec.create().name(Words.PROGRAM + " " + command.name());
        for (Option option : options.all()) {
            spec.addOption(optionOf(option));
        }
        spec.addPositional(PositionalParamSpec.builder()
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("0..*")
                .hidden(true)
                .build());
        spec.usageMessage().description(command.summary() + ".").sortOptions(false);
        if (!options.synopsis().isEmpty()) {
            spec.usageMessage().customSynopsis(synopsis(spec.name(), options.synopsis()));
        }
        spec.parser().stopAtPositional(true).overwrittenOptionsAllowed(true).collectErrors(true);
        return new CommandLine(spec).setExpandAtFiles(false).setUsageHelpWidth(HELP_WIDTH);
    }

    private static OptionSpec optionOf(Option option) {
        OptionSpec.Builder builder = OptionSpec.builder(option.names().toArray(new String[0]))
                .description(option.description())
                .arity(option.isFlag() ? "0" : "1");
        if (option.isFlag()) {
            return builder.type(boolean.class).negatable(option.negatable()).build();
        }
        builder.paramLabel(option.label());
        return option.repeatable()
                ? builder.type(List.class).auxiliaryTypes(String.class).build()
                : builder.type(String.class).build();
    }

    private static String[] synopsis(String name, List<String> forms) {
        String[] lines = new String[forms.size()];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = (i == 0 ? "" : " ".repeat("Usage: ".length())) + name + " " + forms.get(i);
        }
        return lines;
    }

    private static String explain(Exception error) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            return explain(unmatched);
        }
        if (error instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().get(0) instanceof OptionSpec option) {
            return "option " + option.longestName() + " needs a value: " + option.paramLabel();
        }
        String message = String.valueOf(error.getMessage());
        return message.isEmpty()
                ? "cannot read the command line"
                : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String explain(UnmatchedArgumentException unmatched) {
        String word = unmatched.getUnmatched().get(0);
        String kind = unmatched.isUnknownOption() ? "unknown option" : "unexpected argument";
        List<String> suggestions = unmatched.getSuggestions();
        String hint = suggestions.isEmpty() ? "" : "; did you mean " + suggestions.get(0) + "?";
        return kind + " '" + word + "'" + hint;
    }
}
