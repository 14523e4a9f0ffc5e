package dev.coffer.image.source;

import dev.coffer.container.Fault;
import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageConfiguration;
import dev.coffer.image.ImageIndex;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.Manifest;
import dev.coffer.image.Platform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way from a first document through indexes to a manifest and its configuration, the same for every source. */
public final class ManifestWalk {
    private static final int MAX_NESTED_INDEXES = 4;

    private final Documents documents;
    private final Platform platform;
    private final SourceLimits limits;

    /** Gives the documents a descriptor names; content is checked here. */
    public interface Documents {
        byte[] manifest(Descriptor descriptor) throws IOException;

        byte[] config(Descriptor descriptor) throws IOException;
    }

    public ManifestWalk(Documents documents, Platform platform, SourceLimits limits) {
        this.documents = documents;
        this.platform = platform;
        this.limits = limits;
    }

    /** Starts at a manifest or an index that {@code descriptor} names. */
    public ResolvedImage from(Descriptor descriptor) throws IOException {
        limits.requireDocument(descriptor.size(), "the manifest");
        return from(verified(descriptor, documents.manifest(descriptor)), descriptor.mediaType(), descriptor.digest());
    }

    /**
     * Starts at a document the caller has.
     *
     * @param mediaType what the source said it is, may be empty
     * @param digest of the document
     */
    public ResolvedImage from(byte[] document, String mediaType, Digest digest) throws IOException {
        byte[] current = document;
        String type = mediaType;
        for (int depth = 0; Manifest.isIndex(type, current); depth++) {
            if (depth == MAX_NESTED_INDEXES) {
                throw new InvalidImageException("image indexes are nested more than " + MAX_NESTED_INDEXES + " deep");
            }
            Descriptor chosen = ImageIndex.parse(current).choose(platform);
            limits.requireDocument(chosen.size(), "the manifest");
            current = verified(chosen, documents.manifest(chosen));
            type = chosen.mediaType();
        }
        Manifest manifest = Manifest.parse(current);
        requireNoForeign(manifest.layers());
        limits.requireDocument(manifest.config().size(), "the image configuration");
        limits.requireLayers(manifest.layers().size());
        byte[] config = verified(manifest.config(), documents.config(manifest.config()));
        ImageConfiguration configuration = ImageConfiguration.parse(config);
        configuration.requireRunsOn(platform);
        return new ResolvedImage(
                digest, manifest.config().digest(), configuration, layers(manifest.layers(), configuration.diffIds()));
    }

    private void requireNoForeign(List<Descriptor> layers) throws InvalidImageException {
        for (Descriptor layer : layers) {
            if (layer.isForeign() && !limits.foreignLayers()) {
                throw new InvalidImageException(
                        Fault.USER_SPEC,
                        "layer " + layer.digest() + " is foreign, that is not to be had from a registry ("
                                + layer.mediaType()
                                + "); if this registry has it nevertheless, --image_foreign_layers takes it from there");
            }
        }
    }

    private static List<Layer> layers(List<Descriptor> blobs, List<Digest> diffIds) throws InvalidImageException {
        if (blobs.size() != diffIds.size()) {
            throw new InvalidImageException("the manifest has " + blobs.size() + " layers, the configuration "
                    + diffIds.size() + "; it may be an artifact other than an image");
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < blobs.size(); i++) {
            Descriptor blob = blobs.get(i);
            layers.add(new Layer(blob.digest().toString(), Optional.of(blob.digest()), blob.size(), diffIds.get(i)));
        }
        return layers;
    }

    /**
     * The content, which is what a descriptor names.
     *
     * @throws InvalidImageException if it is not
     */
    public static byte[] verified(Descriptor descriptor, byte[] content) throws InvalidImageException {
        if (content.length != descriptor.size()) {
            throw new InvalidImageException("document " + descriptor.digest() + " should have " + descriptor.size()
                    + " bytes, has " + content.length);
        }
        if (!descriptor.digest().matches(content)) {
            throw new InvalidImageException("document " + descriptor.digest() + " has another digest: "
                    + Digest.of(content) + "; it is corrupt or was tampered with");
        }
        return content;
    }
}
