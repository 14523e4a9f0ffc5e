package dev.coffer.image.pull;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Platform;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.source.ResolvedImage;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.store.StoredLayer;
import dev.coffer.image.unpack.UnpackLimits;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes images present in a store. Thread-safe; equal pulls at the same time both succeed. */
public final class ImagePuller {
    private final ImageStore store;
    private final SourceOpener sources;
    private final UnpackLimits limits;
    private final Clock clock;

    public ImagePuller(ImageStore store, SourceOpener sources, UnpackLimits limits, Clock clock) {
        this.store = store;
        this.sources = sources;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * The image of {@code reference}, fetched if it is missing or the policy asks for it.
     *
     * @throws ImageException naming the reference; nothing of a failed pull is left but whole layers
     */
    public StoredImage pull(String reference, PullPolicy policy, ProgressListener progress) {
        ImageReference parsed;
        try {
            parsed = sources.parse(reference);
        } catch (IllegalArgumentException e) {
            throw new ImageException(Fault.USER_SPEC, "cannot use " + e.getMessage(), e);
        }
        try {
            return pull(parsed, policy, progress);
        } catch (IOException e) {
            throw new ImageException(faultOf(e), "cannot pull image " + parsed + ": " + e.getMessage(), e);
        }
    }

    private StoredImage pull(ImageReference reference, PullPolicy policy, ProgressListener progress)
            throws IOException {
        String fingerprint = LocalSource.fingerprint(reference, clock.millis());
        Optional<StoredImage> stored = store.find(reference.toString());
        if (stored.isPresent()
                && isCurrent(reference, stored.get(), policy, fingerprint)
                && sources.accepts(reference, stored.get().manifest())) {
            return stored.get();
        }
        try (ImageSource source = sources.open(reference)) {
            ResolvedImage resolved = source.resolve(Platform.host());
            boolean same = stored.isPresent()
                    && stored.get().manifest().equals(resolved.manifest().toString());
            if (same && stored.get().source().equals(fingerprint)) {
                return stored.get();
            }
            List<StoredLayer> layers = new LayerFetch(store, source, limits, progress).fetch(resolved.layers());
            StoredImage image = image(reference, resolved, layers, fingerprint);
            store.record(image);
            return image;
        }
    }

    private static boolean isCurrent(
            ImageReference reference, StoredImage stored, PullPolicy policy, String fingerprint) {
        if (reference instanceof ImageReference.Registry registry) {
            return policy == PullPolicy.MISSING || registry.digest().isPresent();
        }
        return !fingerprint.isEmpty() && fingerprint.equals(stored.source());
    }

    private StoredImage image(
            ImageReference reference, ResolvedImage resolved, List<StoredLayer> layers, String fingerprint)
            throws IOException {
        return new StoredImage(
                reference.toString(),
                resolved.manifest().toString(),
                resolved.config().toString(),
                resolved.configuration().created().orElse(""),
                clock.millis(),
                layers.stream().mapToLong(StoredLayer::bytes).sum(),
                fingerprint,
                visible(layers),
                resolved.configuration().runtime());
    }

    /**
     * What must be mounted, oldest first. Of equal layers only the newest counts, and overlayfs refuses to mount one
     * twice; overlayfs also does not heed a root that hides everything below it, so we do.
     */
    private List<String> visible(List<StoredLayer> layers) throws IOException {
        List<String> newestFirst = new ArrayList<>();
        for (int i = layers.size() - 1; i >= 0; i--) {
            String name = layers.get(i).name();
            if (!newestFirst.contains(name)) {
                newestFirst.add(name);
                if (store.hidesAllBelow(name)) {
                    break;
                }
            }
        }
        Optional<StoredLayer> repair = new ImpliedDirectories(store, newestFirst).repair();
        repair.ifPresent(layer -> newestFirst.add(0, layer.name()));
        List<String> oldestFirst = new ArrayList<>();
        newestFirst.forEach(name -> oldestFirst.add(0, name));
        return oldestFirst;
    }

    private static Fault faultOf(IOException failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof InvalidImageException invalid && !(at.getCause() instanceof ErrnoException)) {
                return invalid.fault();
            }
            if (at instanceof ErrnoException errno) {
                return switch (errno.errno()) {
                    case Errno.ENOSPC, Errno.ENOMEM, Errno.EMFILE, Errno.ENFILE, Errno.EIO -> Fault.HOST_RESOURCES;
                    case Errno.EXDEV, Errno.ELOOP, Errno.ENOTDIR, Errno.ENOENT, Errno.EEXIST -> Fault.REMOTE;
                    default -> Fault.HOST_SETUP;
                };
            }
        }
        return Fault.REMOTE;
    }
}
