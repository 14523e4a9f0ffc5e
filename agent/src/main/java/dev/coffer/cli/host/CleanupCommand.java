package dev.coffer.cli.host;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Containerizer;
import dev.coffer.container.RecoveryReport;
import java.util.concurrent.CompletionException;

/** {@code coffer cleanup}. */
public final class CleanupCommand implements Command {
    @Override
    public String name() {
        return "cleanup";
    }

    @Override
    public String summary() {
        return "Remove what ended or crashed runs left; containers whose owner lives are not touched";
    }

    @Override
    public void describe(Options options) {
        // nothing but what every subcommand has
    }

    @Override
    public int run(ParsedWords words, Console console) {
        HostConfig config = HostOptions.of(words, console.surroundings());
        try (Host host = Host.openForCleanup(config)) {
            return new Sweep(host, console).run();
        }
    }

    /** One go through the host. */
    private static final class Sweep {
        private final Host host;
        private final Console console;
        private int removed;
        private int failed;

        Sweep(Host host, Console console) {
            this.host = host;
            this.console = console;
        }

        int run() {
            RecoveryReport report = host.recover();
            report.removed().forEach(id -> removed("leftovers of container " + id));
            report.running().forEach(id -> destroy("running container " + id + ", whose owner is gone", id));
            report.finished().forEach(id -> destroy("finished container " + id, id));
            report.failed().forEach(this::failed);
            host.removeAbandonedSandboxes(this::removed, this::failed);
            if (removed == 0 && failed == 0) {
                console.out().println("nothing to remove");
            }
            return failed == 0 ? 0 : 125;
        }

        private void destroy(String what, ContainerId id) {
            Containerizer containerizer = host.containerizer();
            try {
                containerizer.destroy(id).ifPresent(gone -> gone.join());
                removed(what);
            } catch (CompletionException e) {
                Throwable cause = e.getCause() instanceof ContainerException ? e.getCause() : e;
                failed(what + ": " + cause.getMessage());
            }
        }

        private void removed(String what) {
            removed++;
            console.out().println("removed " + Console.oneLine(what));
        }

        private void failed(String what) {
            failed++;
            console.say("cannot remove " + what);
        }
    }
}
