package dev.coffer.cli.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads the words after a subcommand. */
public final class Words {
    private static final String PROGRAM = "coffer";

    private Words() {}

    /** The model of one subcommand, with the options that all of them have. */
    public static CommandLine modelOf(Command command) {
        CommandSpec spec = CommandSpec.create().name(PROGRAM + " " + command.name());
        command.describe(spec);
        HostOptions.addTo(spec);
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help and exit.")
                .build());
        spec.usageMessage().description(command.summary() + ".").sortOptions(false);
        // like docker: everything from the first word that is no option belongs to the container
        spec.parser().stopAtPositional(true).overwrittenOptionsAllowed(true).collectErrors(true);
        return new CommandLine(spec).setExpandAtFiles(false).setUsageHelpWidth(100);
    }

    /**
     * Sorts the words into options and parameters.
     *
     * @throws UsageException with all that is wrong
     */
    public static ParseResult parse(CommandLine model, List<String> arguments) {
        ParseResult result = model.parseArgs(arguments.toArray(new String[0]));
        if (result.errors().isEmpty() || result.isUsageHelpRequested()) {
            return result;
        }
        List<String> problems = new ArrayList<>();
        for (Exception error : result.errors()) {
            problems.add(explain(error) + "; see " + model.getCommandName() + " --help");
        }
        throw new UsageException(problems);
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
        String hint = suggestions.isEmpty() ? "" : "; did you mean " + String.join(" or ", suggestions) + "?";
        return kind + " '" + word + "'" + hint;
    }
}
