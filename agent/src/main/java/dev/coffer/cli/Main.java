package dev.coffer.cli;

import dev.coffer.agent.config.Surroundings;
import dev.coffer.cli.syntax.Console;

/** Where the {@code coffer} command begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Console console = new Console(System.out, System.err, Surroundings.ofThisProcess());
        int status = new Coffer(console).run(arguments);
        System.out.flush();
        System.err.flush();
        // everything is closed by now; a library's shutdown hooks would only be slow
        Runtime.getRuntime().halt(status);
    }
}
