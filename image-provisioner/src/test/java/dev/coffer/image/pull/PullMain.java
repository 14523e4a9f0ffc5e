package dev.coffer.image.pull;

import dev.coffer.image.ImageReference;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.source.DockerArchive;
import dev.coffer.image.source.OciLayout;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** Pulls by hand: {@code PullMain STORE REFERENCE...} prints what came and how long it took. */
public final class PullMain {
    private PullMain() {}

    public static void main(String[] arguments) throws IOException {
        ImageStore store = ImageStore.open(Path.of(arguments[0]));
        ImagePuller puller = new ImagePuller(store, PullMain::open, UnpackLimits.DEFAULT, Clock.systemUTC());
        for (String reference : java.util.Arrays.asList(arguments).subList(1, arguments.length)) {
            long start = System.nanoTime();
            StoredImage image = puller.pull(reference, PullPolicy.ALWAYS, (blob, done, total) -> {});
            System.out.println(image + "\n" + (System.nanoTime() - start) / 1_000_000 + " ms");
        }
    }

    private static dev.coffer.image.source.ImageSource open(ImageReference reference) throws IOException {
        if (reference instanceof ImageReference.OciDirectory directory) {
            return OciLayout.directory(directory.path(), directory.tag());
        }
        if (reference instanceof ImageReference.OciArchive archive) {
            return OciLayout.archive(archive.path());
        }
        ImageReference.DockerArchive archive = (ImageReference.DockerArchive) reference;
        return new DockerArchive(archive.path(), archive.name());
    }
}
