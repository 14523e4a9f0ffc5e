package dev.coffer.cli;

import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.cli.syntax.UsageException;
import dev.coffer.cli.syntax.Words;
import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerException.LaunchException;
import java.util.List;

/** The command line as a whole. Whatever goes wrong is one line per problem and a status as docker gives it. */
final class Coffer {
    private static final int FAILURE = 125;

    private final Console console;

    Coffer(Console console) {
        this.console = console;
    }

    int run(String... arguments) {
        try {
            return dispatch(HostOptions.subcommandFirst(List.of(arguments)));
        } catch (UsageException e) {
            e.problems().forEach(console::say);
            return FAILURE;
        } catch (LaunchException e) {
            return fail(e, String.valueOf(e.getMessage()), e.shellStatus());
        } catch (ContainerException e) {
            return fail(e, String.valueOf(e.getMessage()), FAILURE);
        } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
            String hint = "; this is a defect of coffer, COFFER_DEBUG=1 shows where";
            return fail(e, e.getClass().getSimpleName() + ": " + e.getMessage() + hint, FAILURE);
        }
    }

    private int dispatch(List<String> arguments) {
        if (arguments.isEmpty()) {
            console.err().print(Overview.text());
            return FAILURE;
        }
        String word = arguments.get(0);
        if (word.equals("help") || word.equals("--help") || word.equals("-h")) {
            return help(arguments.subList(1, arguments.size()));
        }
        String name = word.equals("--version") || word.equals("-V") ? "version" : word;
        return run(Overview.find(name), arguments.subList(1, arguments.size()));
    }

    private int help(List<String> names) {
        if (names.isEmpty()) {
            console.out().print(Overview.text());
            return 0;
        }
        return run(Overview.find(names.get(0)), List.of("--help"));
    }

    private int run(Command command, List<String> words) {
        command.prepare();
        ParsedWords parsed = Words.parse(command, words, HostOptions.flagCatalog(words, console.surroundings()));
        if (parsed.flag("--help")) {
            console.out().print(Words.help(command));
            return 0;
        }
        return command.run(parsed, console);
    }

    private void trace(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            console.err().println(at);
            for (StackTraceElement frame : at.getStackTrace()) {
                console.err().println("    at " + frame);
            }
        }
    }

    private int fail(Throwable failure, String message, int status) {
        console.say(message);
        if (console.surroundings().debug()) {
            trace(failure);
        }
        return status;
    }
}
