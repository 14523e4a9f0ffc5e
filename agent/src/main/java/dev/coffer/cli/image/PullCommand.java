package dev.coffer.cli.image;

import dev.coffer.agent.Images;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.cli.syntax.UsageException;
import dev.coffer.container.ContainerException;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.store.StoredImage;
import java.util.List;

/** {@code coffer pull}. */
public final class PullCommand implements Command {
    private static final String JSON = "--json";

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
        options.flag("Say what happens as JSON, one object per line.", JSON);
    }

    @Override
    public int run(ParsedWords words, Console console) {
        List<String> references = words.plain();
        if (references.isEmpty()) {
            throw new UsageException("nothing to pull: give an image, such as debian:12");
        }
        Images images = Images.open(HostOptions.of(words, console.surroundings()));
        for (String reference : references) {
            if (words.flag(JSON)) {
                pullWithEvents(images, reference, console);
            } else {
                StoredImage image = pull(images, reference, console);
                console.out().println(image.reference() + " " + image.manifest());
            }
        }
        return 0;
    }

    private static StoredImage pull(Images images, String reference, Console console) {
        try (PullProgress progress = PullProgress.to(console)) {
            return images.pull(reference, PullPolicy.ALWAYS, progress);
        }
    }

    private static void pullWithEvents(Images images, String reference, Console console) {
        PullEvents events = new PullEvents(console.out(), reference);
        try {
            events.stored(images.pull(reference, PullPolicy.ALWAYS, events));
        } catch (ContainerException e) {
            events.failed(String.valueOf(e.getMessage()));
            throw e;
        }
    }
}
