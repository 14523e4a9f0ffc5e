package dev.coffer.image.registry;

import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.Layer;
import dev.coffer.image.source.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** An image in a registry, and what else is said of it there. Thread-safe. */
public interface RegistryImage extends ImageSource {
    /** The stored form of a layer from its byte number {@code from} on. */
    InputStream open(Layer layer, long from) throws IOException;

    /** A manifest of the same repository by its tag, as the registry sent it. */
    Optional<byte[]> findManifest(String tag) throws IOException;

    /** A manifest of the same repository; it has its digest. */
    byte[] manifest(Descriptor descriptor) throws IOException;

    /** A small blob of the same repository; it has its digest. */
    byte[] blob(Descriptor descriptor) throws IOException;

    /**
     * What refers to a manifest, such as signatures of it.
     *
     * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers">referrers</a>
     */
    List<Descriptor> referrers(Digest subject, String artifactType) throws IOException;
}
