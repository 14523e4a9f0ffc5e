package dev.coffer.image.signature;

import dev.coffer.container.Fault;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.Platform;
import dev.coffer.image.registry.RegistryImage;
import dev.coffer.image.signature.SignaturePolicy.Demand;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.source.ResolvedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Applies a policy to images, those that are already stored included. That a manifest was found signed by the keys of a rule
 * is remembered by an empty file, so that a stored image runs without its registry. Thread-safe.
 */
public final class SignedImages {
    private final SignaturePolicy policy;
    private final Optional<Path> memory;

    /**
     * Images under a policy.
     *
     * @param memory a directory that only root can write to; made when it is needed
     */
    public SignedImages(SignaturePolicy policy, Optional<Path> memory) {
        this.policy = policy;
        this.memory = memory;
    }

    /** Whether a stored image may be run without asking its registry. */
    public boolean accepts(ImageReference reference, String manifest) {
        SignaturePolicy.Rule rule = policy.ruleFor(reference);
        return rule.demand() == Demand.NOTHING || (rule.demand() == Demand.SIGNATURE && isRemembered(rule, manifest));
    }

    /** Refuses what no signature could save. */
    public void requirePossible(ImageReference reference) throws InvalidImageException {
        SignaturePolicy.Rule rule = policy.ruleFor(reference);
        if (rule.demand() == Demand.REFUSED) {
            throw new InvalidImageException(Fault.USER_SPEC, "--image_signatures rejects it (" + rule.name() + ")");
        }
        if (rule.demand() == Demand.SIGNATURE && !(reference instanceof ImageReference.Registry)) {
            throw new InvalidImageException(
                    Fault.USER_SPEC,
                    "--image_signatures (" + rule.name() + ") wants a signature, and an image in a file has none;"
                            + " pull it from a registry, or give \"local\" an entry");
        }
    }

    /** The same image, which resolves only if it is signed as it must be. */
    public ImageSource checked(ImageReference reference, RegistryImage image) {
        SignaturePolicy.Rule rule = policy.ruleFor(reference);
        return rule.demand() == Demand.NOTHING ? image : new CheckedImage(image, rule);
    }

    private final class CheckedImage implements ImageSource {
        private final RegistryImage image;
        private final SignaturePolicy.Rule rule;

        CheckedImage(RegistryImage image, SignaturePolicy.Rule rule) {
            this.image = image;
            this.rule = rule;
        }

        @Override
        public ResolvedImage resolve(Platform platform) throws IOException {
            ResolvedImage resolved = image.resolve(platform);
            new SignatureCheck(image, resolved.manifest(), rule).require();
            remember(rule, resolved.manifest().toString());
            return resolved;
        }

        @Override
        public InputStream open(Layer layer) throws IOException {
            return image.open(layer);
        }

        @Override
        public void close() throws IOException {
            image.close();
        }
    }

    private boolean isRemembered(SignaturePolicy.Rule rule, String manifest) {
        return memory.isPresent() && Files.isRegularFile(memory.get().resolve(name(rule, manifest)));
    }

    private void remember(SignaturePolicy.Rule rule, String manifest) throws IOException {
        if (memory.isPresent() && !isRemembered(rule, manifest)) {
            Files.createDirectories(memory.get());
            Files.write(memory.get().resolve(name(rule, manifest)), new byte[0]);
        }
    }

    /** Another one once the keys are others. */
    private static String name(SignaturePolicy.Rule rule, String manifest) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(manifest.getBytes(StandardCharsets.UTF_8));
        for (PublicKeyFile key : rule.keys()) {
            text.writeBytes(key.encoded());
        }
        return Digest.of(text.toByteArray()).hex();
    }
}
