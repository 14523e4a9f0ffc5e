package dev.coffer.cli;

import dev.coffer.cli.host.CleanupCommand;
import dev.coffer.cli.host.DoctorCommand;
import dev.coffer.cli.host.VersionCommand;
import dev.coffer.cli.image.ImagesCommand;
import dev.coffer.cli.image.PruneCommand;
import dev.coffer.cli.image.PullCommand;
import dev.coffer.cli.run.ExplainCommand;
import dev.coffer.cli.run.RunCommand;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.UsageException;
import java.time.Clock;
import java.util.List;

/** Which subcommands there are. Only the one in use is made: each further class costs a cold start. */
final class Overview {
    private static final List<String> NAMES =
            List.of("run", "pull", "images", "prune", "explain", "doctor", "cleanup", "version");

    private static final String HEAD = """
            Usage: coffer [OPTION...] SUBCOMMAND [WORD...]

            Run commands in isolated containers.

            Subcommands:
            """;
    private static final String TAIL = """

            Options of every subcommand: --help and the flags of docs/flags.md, among them --work_dir, --runtime_dir,
            --docker_store_dir, --cgroups_root and --isolation.
            More: coffer help SUBCOMMAND.
            """;

    private Overview() {}

    /** The subcommand of this name. */
    static Command find(String name) {
        return switch (name) {
            case "run" -> new RunCommand();
            case "pull" -> new PullCommand();
            case "images" -> new ImagesCommand(Clock.systemUTC());
            case "prune" -> new PruneCommand();
            case "explain" -> new ExplainCommand();
            case "doctor" -> new DoctorCommand();
            case "cleanup" -> new CleanupCommand();
            case "version" -> new VersionCommand();
            default -> throw new UsageException(unknown(name));
        };
    }

    private static String unknown(String name) {
        String kind = name.startsWith("-") ? "unknown option '" : "unknown subcommand '";
        for (String known : NAMES) {
            if (known.length() > 2 && (known.startsWith(name) || distance(known, name) <= 2) && name.length() > 1) {
                return kind + name + "'; did you mean " + known + "?";
            }
        }
        return kind + name + "'; there are " + String.join(", ", NAMES);
    }

    /** How many letters must be added, removed or replaced. */
    private static int distance(String a, String b) {
        int[] before = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] now = new int[b.length() + 1];
            now[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                now[j] = Math.min(replaced, 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[b.length()];
    }

    /** What {@code coffer --help} prints. */
    static String text() {
        StringBuilder text = new StringBuilder(HEAD);
        for (String name : NAMES) {
            text.append("  %-9s %s.\n".formatted(name, find(name).summary()));
        }
        return text.append(TAIL).toString();
    }
}
