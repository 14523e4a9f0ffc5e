package dev.coffer.image.source;

import dev.coffer.image.Layer;
import dev.coffer.image.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** One image in the place a reference names. Layers may be opened by several threads at once. */
public interface ImageSource extends Closeable {
    /**
     * Finds the image for a platform; every document on the way has the digest that named it.
     *
     * @throws dev.coffer.image.InvalidImageException if there is no such image or it is malformed
     */
    ResolvedImage resolve(Platform platform) throws IOException;

    /** The stored form of a layer of the resolved image; its digest is for the caller to check. */
    InputStream open(Layer layer) throws IOException;
}
