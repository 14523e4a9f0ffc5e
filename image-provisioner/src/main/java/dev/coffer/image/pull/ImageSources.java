package dev.coffer.image.pull;

import dev.coffer.image.ImageReference;
import dev.coffer.image.registry.RegistryClient;
import dev.coffer.image.registry.RegistrySettings;
import dev.coffer.image.source.DockerArchive;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.source.OciLayout;
import java.io.IOException;

/** Every kind of source there is. */
public record ImageSources(RegistrySettings registry) implements SourceOpener {
    @Override
    public ImageSource open(ImageReference reference) throws IOException {
        if (reference instanceof ImageReference.OciDirectory directory) {
            return OciLayout.directory(directory.path(), directory.tag());
        }
        if (reference instanceof ImageReference.OciArchive archive) {
            return OciLayout.archive(archive.path());
        }
        if (reference instanceof ImageReference.DockerArchive archive) {
            return new DockerArchive(archive.path(), archive.name());
        }
        return RegistryClient.open(reference, registry);
    }
}
