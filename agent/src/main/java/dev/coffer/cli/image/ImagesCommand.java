package dev.coffer.cli.image;

import dev.coffer.agent.Images;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.cli.syntax.UsageException;
import dev.coffer.image.pull.Verification;
import dev.coffer.image.store.StoredImage;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;

/** {@code coffer images}. */
public final class ImagesCommand implements Command {
    private static final int MIN_NAME = 9;

    private final Clock clock;

    public ImagesCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "images";
    }

    @Override
    public String summary() {
        return "List the images in the store";
    }

    @Override
    public void describe(Options options) {
        options.form("[verify]");
    }

    @Override
    public int run(ParsedWords words, Console console) {
        HostConfig config = HostOptions.of(words, console.surroundings());
        if (words.plain().equals(List.of("verify"))) {
            return verify(Images.open(config), console);
        }
        if (!words.plain().isEmpty()) {
            throw new UsageException("images takes no word but verify");
        }
        List<StoredImage> images = Files.isDirectory(config.storeDirectory())
                ? Images.open(config).list()
                : List.of(); // opening the store would make it
        print(images, clock.millis(), console.out());
        return 0;
    }

    private static int verify(Images images, Console console) {
        Verification.Report report = images.verify();
        for (Verification.Problem problem : report.problems()) {
            console.say("layer " + problem.layer() + " of " + String.join(", ", problem.images()) + ": "
                    + problem.cause() + (problem.quarantined() ? "; it is in quarantine" : "")
                    + "; the next run or pull fetches it again");
        }
        console.out()
                .println(report.intact() + " layers intact, "
                        + report.problems().size() + " damaged, " + report.unknown() + " without a sum");
        return report.problems().isEmpty() ? 0 : 1;
    }

    static void print(List<StoredImage> images, long nowMillis, PrintStream out) {
        int width = MIN_NAME;
        for (StoredImage image : images) {
            width = Math.max(width, image.reference().length());
        }
        String format = "%-" + width + "s  %-12s  %10s  %s%n";
        out.printf(format, "REFERENCE", "DIGEST", "SIZE", "PULLED");
        for (StoredImage image : images) {
            String digest = image.manifest().substring(image.manifest().indexOf(':') + 1);
            out.printf(
                    format,
                    image.reference(),
                    digest.substring(0, Math.min(12, digest.length())),
                    PullProgress.megabytes(image.bytes()),
                    age(nowMillis - image.pulledMillis()));
        }
    }

    /** Roughly how long ago. */
    static String age(long millis) {
        long minutes = Math.max(0, millis) / 60_000;
        if (minutes < 1) {
            return "just now";
        }
        if (minutes < 120) {
            return minutes + " min ago";
        }
        return minutes < 48 * 60 ? minutes / 60 + " h ago" : minutes / (24 * 60) + " days ago";
    }
}
