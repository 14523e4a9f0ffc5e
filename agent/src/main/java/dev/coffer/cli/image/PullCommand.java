package dev.coffer.cli.image;

import dev.coffer.agent.Images;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.cli.syntax.UsageException;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.store.StoredImage;
import java.util.List;

/** {@code coffer pull}. */
public final class PullCommand implements Command {
    @Override
    public String name() {
        return "pull";
    }

    @Override
    public String summary() {
        return "Fetch images into the store, or look for newer ones";
    }

    @Override
    public void describe(Options options) {
        options.form("[OPTION...] REF...");
    }

    @Override
    public int run(ParsedWords words, Console console) {
        List<String> references = words.plain();
        if (references.isEmpty()) {
            throw new UsageException("nothing to pull: give an image, such as debian:12");
        }
        Images images = Images.open(HostOptions.of(words, console.surroundings()));
        for (String reference : references) {
            StoredImage image;
            try (PullProgress progress = PullProgress.to(console)) {
                image = images.pull(reference, PullPolicy.ALWAYS, progress);
            }
            console.out().println(image.reference() + " " + image.manifest());
        }
        return 0;
    }
}
