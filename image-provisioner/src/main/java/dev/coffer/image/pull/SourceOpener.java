package dev.coffer.image.pull;

import dev.coffer.image.ImageReference;
import dev.coffer.image.source.ImageSource;
import java.io.IOException;

/** Finds the source that a reference names. */
@FunctionalInterface
public interface SourceOpener {
    ImageSource open(ImageReference reference) throws IOException;
}
