package dev.coffer.cli.host;

import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import java.util.Optional;

/** {@code coffer version}. */
public final class VersionCommand implements Command {
    @Override
    public String name() {
        return "version";
    }

    @Override
    public String summary() {
        return "Print the version";
    }

    @Override
    public void describe(Options options) {
        // nothing but what every subcommand has
    }

    @Override
    public int run(ParsedWords words, Console console) {
        String version = Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
        console.out()
                .println("coffer " + version + ", Java " + Runtime.version().feature());
        return 0;
    }
}
