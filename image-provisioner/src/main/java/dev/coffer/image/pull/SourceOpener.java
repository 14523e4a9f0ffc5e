package dev.coffer.image.pull;

import dev.coffer.image.ImageReference;
import dev.coffer.image.source.ImageSource;
import java.io.IOException;

/** Finds the source that a reference names. */
@FunctionalInterface
public interface SourceOpener {
    /**
     * What a user's word for an image means here.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    default ImageReference parse(String text) {
        return ImageReference.parse(text);
    }

    /**
     * Whether an image that is stored may be used without opening its source.
     *
     * @param manifest its digest, as text
     */
    default boolean accepts(ImageReference reference, String manifest) throws IOException {
        return true;
    }

    ImageSource open(ImageReference reference) throws IOException;
}
