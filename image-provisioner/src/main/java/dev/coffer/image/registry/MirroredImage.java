package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.Platform;
import dev.coffer.image.source.ResolvedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * An image that several registries may have: mirrors first, the registry of its name last. Whoever answers first says what
 * a tag means; layers come from there, and go on from the next one where one breaks off. Thread-safe.
 */
final class MirroredImage implements RegistryImage {
    private final List<RegistryClient> places;
    private volatile int chosen;

    MirroredImage(List<RegistryClient> places) {
        this.places = List.copyOf(places);
    }

    /** Something asked of one place. */
    private interface Question<T> {
        T ask(RegistryClient place) throws IOException;
    }

    @Override
    public ResolvedImage resolve(Platform platform) throws IOException {
        StringJoiner causes = new StringJoiner("; ");
        Fault fault = Fault.REMOTE;
        for (int i = 0; i < places.size(); i++) {
            try {
                ResolvedImage resolved = places.get(i).resolve(platform);
                chosen = i;
                return resolved;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                fault = e instanceof InvalidImageException invalid ? invalid.fault() : Fault.REMOTE;
                causes.add(
                        (i < places.size() - 1 ? "mirror " : "") + places.get(i).host() + ": " + e.getMessage());
            }
        }
        throw new InvalidImageException(fault, causes.toString());
    }

    @Override
    public InputStream open(Layer layer) {
        return open(layer, 0);
    }

    @Override
    public InputStream open(Layer layer, long from) {
        return new MirroredStream(places.subList(chosen, places.size()), layer, from);
    }

    @Override
    public Optional<byte[]> findManifest(String tag) throws IOException {
        Optional<byte[]> found = Optional.empty();
        for (int i = chosen; i < places.size() && found.isEmpty(); i++) {
            RegistryClient place = places.get(i);
            found = i == places.size() - 1 ? place.findManifest(tag) : orEmpty(() -> place.findManifest(tag));
        }
        return found;
    }

    private static Optional<byte[]> orEmpty(RegistryRequests.Attempt<Optional<byte[]>> attempt) {
        try {
            return attempt.run();
        } catch (IOException nextKnowsBetter) {
            return Optional.empty();
        }
    }

    @Override
    public byte[] manifest(Descriptor descriptor) throws IOException {
        return first(place -> place.manifest(descriptor));
    }

    @Override
    public byte[] blob(Descriptor descriptor) throws IOException {
        return first(place -> place.blob(descriptor));
    }

    @Override
    public List<Descriptor> referrers(Digest subject, String artifactType) throws IOException {
        return first(place -> {
            List<Descriptor> found = place.referrers(subject, artifactType);
            if (found.isEmpty() && place != places.get(places.size() - 1)) {
                throw new IOException("none there"); // a mirror need not have them all
            }
            return found;
        });
    }

    private <T> T first(Question<T> question) throws IOException {
        for (int i = chosen; ; i++) {
            try {
                return question.ask(places.get(i));
            } catch (IOException e) {
                if (i == places.size() - 1 || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (RegistryClient place : places) {
            place.close();
        }
    }
}
