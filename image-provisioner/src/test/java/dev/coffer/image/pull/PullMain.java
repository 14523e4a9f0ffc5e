package dev.coffer.image.pull;

import dev.coffer.image.PullPolicy;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;

/** Pulls by hand: {@code PullMain STORE REFERENCE...} prints what came and how long it took. */
public final class PullMain {
    private PullMain() {}

    public static void main(String[] arguments) throws IOException {
        ImageStore store = ImageStore.open(Path.of(arguments[0]));
        ImagePuller puller = new ImagePuller(
                store, new ImageSources(ImageSettings.DEFAULT), UnpackLimits.DEFAULT, Clock.systemUTC());
        for (String reference : Arrays.asList(arguments).subList(1, arguments.length)) {
            long start = System.nanoTime();
            StoredImage image = puller.pull(reference, PullPolicy.ALWAYS, (blob, done, total) -> {});
            System.out.println(image + "\n" + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
    }
}
