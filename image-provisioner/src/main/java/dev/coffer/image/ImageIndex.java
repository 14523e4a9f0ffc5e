package dev.coffer.image;

import dev.coffer.container.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A list of manifests, one per platform or, in a layout, one per image.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image index</a>
 */
public record ImageIndex(List<Descriptor> manifests) {
    /** What a layout calls its images. */
    public static final String REF_NAME = "org.opencontainers.image.ref.name";

    public ImageIndex {
        manifests = List.copyOf(manifests);
    }

    public static ImageIndex parse(byte[] document) throws InvalidImageException {
        List<Descriptor> manifests = new ArrayList<>();
        for (Json manifest : Json.object("image index", document).objects("manifests")) {
            manifests.add(Descriptor.from(manifest));
        }
        return new ImageIndex(manifests);
    }

    /**
     * The manifest that uses most of {@code platform}, the first of equal ones; an entry without a platform is judged later,
     * by its configuration.
     */
    public Descriptor choose(Platform platform) throws InvalidImageException {
        Optional<Descriptor> best = Optional.empty();
        int most = -1;
        for (Descriptor manifest : manifests) {
            OptionalInt fitness = manifest.platform().isEmpty()
                    ? OptionalInt.empty()
                    : platform.fitness(manifest.platform().get());
            if (fitness.isPresent() && fitness.getAsInt() > most) {
                most = fitness.getAsInt();
                best = Optional.of(manifest);
            }
        }
        if (best.isPresent()) {
            return best.get();
        }
        for (Descriptor manifest : manifests) {
            if (manifest.platform().isEmpty()) {
                return manifest;
            }
        }
        String offered = manifests.stream()
                .flatMap(manifest -> manifest.platform().stream())
                .filter(p -> !p.os().equals("unknown"))
                .map(Platform::toString)
                .distinct()
                .collect(Collectors.joining(", "));
        throw new InvalidImageException(
                Fault.USER_SPEC,
                "the image has no variant for " + platform + "; it offers " + (offered.isEmpty() ? "none" : offered));
    }
}
