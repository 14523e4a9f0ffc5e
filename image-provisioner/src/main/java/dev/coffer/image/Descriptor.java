package dev.coffer.image;

import java.util.Map;
import java.util.Optional;

/**
 * Names a blob by its digest.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/descriptor.md">OCI descriptor</a>
 */
public record Descriptor(
        String mediaType,
        Digest digest,
        long size,
        Map<String, String> annotations,
        Optional<Platform> platform,
        Optional<String> artifactType) {
    public Descriptor {
        annotations = Map.copyOf(annotations);
    }

    static Descriptor from(Json json) throws InvalidImageException {
        Optional<Json> platform = json.object("platform");
        return new Descriptor(
                json.text("mediaType").orElse(""),
                json.digest("digest"),
                json.size("size"),
                json.textMap("annotations"),
                platform.isEmpty() ? Optional.empty() : Optional.of(Platform.from(platform.get())),
                json.text("artifactType"));
    }

    /** Whether it is a layer that its builder did not mean to be in registries. */
    public boolean isForeign() {
        return MediaTypes.isForeign(mediaType);
    }

    /** Whether it names an artifact of that kind, by its own type or by that of its content. */
    public boolean isOfType(String type) {
        return type.equals(mediaType) || type.equals(artifactType.orElse(""));
    }

    /** Whether it names another index rather than an image. */
    public boolean isIndex() {
        return MediaTypes.isIndex(mediaType);
    }
}
