package dev.coffer.image.pull;

import dev.coffer.container.Fault;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.credentials.CredentialSource;
import dev.coffer.image.signature.SignedImages;
import dev.coffer.image.source.DockerArchive;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.source.OciLayout;
import dev.coffer.image.source.SourceLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Every kind of source there is, as the operator set it up. Thread-safe. */
public final class ImageSources implements SourceOpener {
    private final ImageSettings settings;
    private final Optional<Path> verified;
    private final CredentialSource credentials;

    public ImageSources(ImageSettings settings) {
        this(settings, Optional.empty(), CredentialSource.NONE);
    }

    /**
     * Sources.
     *
     * @param verified where is remembered which manifests were found signed
     */
    public ImageSources(ImageSettings settings, Path verified) {
        this(settings, Optional.of(verified), CredentialSource.NONE);
    }

    private ImageSources(ImageSettings settings, Optional<Path> verified, CredentialSource credentials) {
        this.settings = settings;
        this.verified = verified;
        this.credentials = credentials;
    }

    /** The same sources for a request that brings its own credentials, which go before the operator's. */
    public ImageSources with(CredentialSource own) {
        return new ImageSources(settings, verified, own);
    }

    @Override
    public ImageReference parse(String text) {
        return ImageReference.parse(text, settings.defaultRegistry());
    }

    @Override
    public ImageSource open(ImageReference reference) throws IOException {
        if (!settings.allowsImages()) {
            throw new InvalidImageException(Fault.USER_SPEC, "--image_providers of this host has no docker");
        }
        SignedImages signed = signed();
        signed.requirePossible(reference);
        SourceLimits limits = settings.sourceLimits();
        if (reference instanceof ImageReference.OciDirectory directory) {
            return OciLayout.directory(directory.path(), directory.tag(), limits);
        }
        if (reference instanceof ImageReference.OciArchive archive) {
            return OciLayout.archive(archive.path(), limits);
        }
        if (reference instanceof ImageReference.DockerArchive archive) {
            return new DockerArchive(archive.path(), archive.name(), limits);
        }
        return signed.checked(reference, settings.registries().open((ImageReference.Registry) reference, credentials));
    }

    private SignedImages signed() throws IOException {
        return new SignedImages(settings.signatures(), verified);
    }

    @Override
    public boolean accepts(ImageReference reference, String manifest) throws IOException {
        return settings.allowsImages() && (!settings.hasSignatures() || signed().accepts(reference, manifest));
    }
}
