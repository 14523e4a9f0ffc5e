package dev.coffer.image.source;

import dev.coffer.container.Fault;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageConfiguration;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import dev.coffer.image.Layer;
import dev.coffer.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image in the tar that {@code docker save} writes: {@code manifest.json} names configuration and layers by path.
 *
 * @see <a href="https://github.com/moby/docker-image-spec/blob/main/spec.md">Docker image specification, combined tar</a>
 */
public final class DockerArchive implements ImageSource {
    private static final String MANIFEST = "manifest.json";

    private final FileTree files;
    private final Optional<String> name;
    private final SourceLimits limits;

    public DockerArchive(Path path, Optional<String> name, SourceLimits limits) throws IOException {
        this.files = new TarFile(path);
        this.name = name;
        this.limits = limits;
    }

    @Override
    public ResolvedImage resolve(Platform platform) throws IOException {
        if (!files.exists(MANIFEST)) {
            throw new InvalidImageException(
                    Fault.USER_SPEC, "it is not a docker archive: '" + MANIFEST + "' is missing");
        }
        Json image = choose(Json.array(MANIFEST, files.read(MANIFEST, limits.maxDocumentBytes())));
        byte[] config = files.read(image.requiredText("Config"), limits.maxDocumentBytes());
        Digest digest = Digest.of(config);
        ImageConfiguration configuration = ImageConfiguration.parse(config);
        configuration.requireRunsOn(platform);
        List<String> paths = image.texts("Layers");
        limits.requireLayers(paths.size());
        if (paths.size() != configuration.diffIds().size()) {
            throw new InvalidImageException(MANIFEST + " has " + paths.size() + " layers, the configuration "
                    + configuration.diffIds().size());
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < paths.size(); i++) {
            layers.add(new Layer(
                    paths.get(i), Optional.empty(), 0, configuration.diffIds().get(i)));
        }
        return new ResolvedImage(digest, digest, configuration, layers);
    }

    private Json choose(List<Json> images) throws InvalidImageException {
        if (name.isEmpty() && images.size() == 1) {
            return images.get(0);
        }
        List<String> offered = new ArrayList<>();
        for (Json image : images) {
            for (String tag : image.texts("RepoTags")) {
                if (name.isPresent() && isSame(tag, name.get())) {
                    return image;
                }
                offered.add(tag);
            }
        }
        String cause = name.isPresent()
                ? "the archive has no image named '" + name.get() + "'"
                : "the archive has " + images.size() + " images; name one of them after a colon";
        throw new InvalidImageException(
                Fault.USER_SPEC,
                cause + "; it has " + (offered.isEmpty() ? "no named one" : String.join(", ", offered)));
    }

    private static boolean isSame(String tag, String wanted) {
        try {
            return tag.equals(wanted)
                    || ImageReference.parse(tag)
                            .toString()
                            .equals(ImageReference.parse(wanted).toString());
        } catch (IllegalArgumentException notAReference) {
            return false;
        }
    }

    @Override
    public InputStream open(Layer layer) throws IOException {
        try {
            return files.open(layer.blob());
        } catch (NoSuchFileException e) {
            throw new InvalidImageException("layer '" + layer.blob() + "' is missing from the archive", e);
        }
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
