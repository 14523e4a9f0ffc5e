package dev.coffer.cli.run;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostFacts;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.cli.syntax.RunOptions;
import dev.coffer.cli.syntax.RunReader;
import dev.coffer.cli.syntax.RunRequest;
import dev.coffer.cli.syntax.UsageException;
import dev.coffer.linux.process.Processes;
import dev.coffer.linux.terminal.RawMode;

/** {@code coffer run}. */
public final class RunCommand implements Command {
    @Override
    public String name() {
        return "run";
    }

    @Override
    public String summary() {
        return "Run a command in a new container and exit as it does";
    }

    @Override
    public void describe(Options options) {
        RunOptions.addTo(options);
    }

    /** The native layer takes as long to load as the words take to be read, and more. */
    @Override
    public void prepare() {
        Thread loading = new Thread(Processes::isRoot, "coffer-native");
        loading.setDaemon(true);
        loading.start();
    }

    @Override
    public int run(ParsedWords words, Console console) {
        RunRequest asked = RunReader.read(words, HostFacts.ofThisHost(console.surroundings()));
        HostConfig config = HostOptions.of(words, console.surroundings());
        RunRequest request = NetworkChoice.apply(asked, config);
        if (request.terminal() && !RawMode.isTerminal(TerminalRelay.STDIN)) {
            throw new UsageException("cannot use -t: -t needs a terminal on standard input");
        }
        try (Host host = Host.open(config)) {
            if (request.verbose() || !host.isolators().leftOut().isEmpty()) {
                console.say(host.isolators().describe());
            }
            for (String line : Unenforced.of(request.spec(), host.isolators().names(), config.flags())) {
                console.say(line);
            }
            if (request.spec().image().isEmpty()) {
                console.say("no image given: running on a read-only view of this host's files");
            }
            return new Foreground(host, request, console).run();
        }
    }
}
