package dev.coffer.cli.image;

import dev.coffer.agent.Images;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.cli.syntax.UsageException;
import dev.coffer.image.store.Pruning;
import java.util.HashSet;
import java.util.Set;

/** {@code coffer prune}. */
public final class PruneCommand implements Command {
    @Override
    public String name() {
        return "prune";
    }

    @Override
    public String summary() {
        return "Remove images that no container uses";
    }

    @Override
    public void describe(Options options) {
        options.form("[OPTION...]");
        options.values("REF", "Keep this image.", "--keep");
        options.flag("Only show what would go.", "--dry-run");
    }

    @Override
    public int run(ParsedWords words, Console console) {
        if (!words.plain().isEmpty()) {
            throw new UsageException("prune takes no image; --keep REF keeps one");
        }
        boolean dryRun = words.flag("--dry-run");
        Images images = Images.open(HostOptions.of(words, console.surroundings()));
        Pruning.Report report = images.prune(new Pruning.Request(kept(words, images), Long.MAX_VALUE, dryRun));
        String done = dryRun ? "would remove " : "removed ";
        report.images().forEach(image -> console.out().println(done + image));
        console.out()
                .println(done + report.images().size() + " images, "
                        + report.layers().size() + " layers, " + PullProgress.megabytes(report.bytes()));
        return 0;
    }

    private static Set<String> kept(ParsedWords words, Images images) {
        Set<String> kept = new HashSet<>();
        for (String reference : words.values("--keep")) {
            try {
                kept.add(images.fullName(reference));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--keep: " + e.getMessage());
            }
        }
        return kept;
    }
}
