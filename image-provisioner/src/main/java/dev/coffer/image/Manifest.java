package dev.coffer.image;

import java.util.ArrayList;
import java.util.List;

/**
 * Names the configuration and the layers of one image, oldest layer first.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/manifest.md">OCI image manifest</a>
 */
public record Manifest(Descriptor config, List<Descriptor> layers) {
    public Manifest {
        layers = List.copyOf(layers);
    }

    /** Whether a document that claims to be of {@code mediaType} is an index; the document itself has the last word. */
    public static boolean isIndex(String mediaType, byte[] document) throws InvalidImageException {
        Json json = Json.object("manifest", document);
        if (json.integer("schemaVersion").orElse(2) == 1) {
            throw new InvalidImageException(
                    "the registry only has a Docker schema 1 manifest, which is obsolete; push the image again");
        }
        String type = json.text("mediaType").orElse(mediaType);
        if (MediaTypes.isManifest(type)) {
            return false;
        }
        return MediaTypes.isIndex(type)
                || (json.object("config").isEmpty()
                        && !json.objects("manifests").isEmpty());
    }

    /** A manifest of something other than an image: its layers may be of any type. */
    public static Manifest parseArtifact(byte[] document) throws InvalidImageException {
        Json json = Json.object("manifest", document);
        Json config = json.object("config").orElseThrow(() -> new InvalidImageException("manifest: config is missing"));
        List<Descriptor> layers = new ArrayList<>();
        for (Json layer : json.objects("layers")) {
            layers.add(Descriptor.from(layer));
        }
        return new Manifest(Descriptor.from(config), layers);
    }

    public static Manifest parse(byte[] document) throws InvalidImageException {
        Manifest manifest = parseArtifact(document);
        for (int i = 0; i < manifest.layers.size(); i++) {
            String type = manifest.layers.get(i).mediaType();
            if (!MediaTypes.isLayer(type)) {
                throw new InvalidImageException("manifest: layer " + i + " is a '" + type
                        + "', which is not a tar, tar+gzip or tar+zstd layer");
            }
        }
        return manifest;
    }
}
