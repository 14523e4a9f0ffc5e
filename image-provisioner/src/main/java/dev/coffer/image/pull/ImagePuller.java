package dev.coffer.image.pull;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.image.Cancellation;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.Platform;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.source.ResolvedImage;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.StoreLayout;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.store.StoredLayer;
import dev.coffer.image.unpack.UnpackLimits;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes images present in a store. Thread-safe; equal pulls at the same time are one. */
public final class ImagePuller {
    private final ImageStore store;
    private final SourceOpener sources;
    private final UnpackLimits limits;
    private final Clock clock;
    private final SharedPulls shared = new SharedPulls();

    public ImagePuller(ImageStore store, SourceOpener sources, UnpackLimits limits, Clock clock) {
        this.store = store;
        this.sources = sources;
        this.limits = limits;
        this.clock = clock;
    }

    /** As {@link #pull(String, PullPolicy, ProgressListener, Cancellation)}, to its end. */
    public StoredImage pull(String reference, PullPolicy policy, ProgressListener progress) {
        return pull(reference, policy, progress, new Cancellation());
    }

    /**
     * The image of {@code reference}, fetched if it is missing or the policy asks for it.
     *
     * @param cancellation makes this call end with an exception; the pull itself ends if nobody else waits for it, and
     *     leaves nothing
     * @throws ImageException naming the reference; nothing of a failed pull is left but whole layers
     */
    public StoredImage pull(String reference, PullPolicy policy, ProgressListener progress, Cancellation cancellation) {
        ImageReference parsed;
        try {
            parsed = sources.parse(reference);
        } catch (IllegalArgumentException e) {
            throw new ImageException(Fault.USER_SPEC, "cannot use " + e.getMessage(), e);
        }
        try {
            String fingerprint = LocalSource.fingerprint(parsed, clock.millis());
            Optional<StoredImage> stored = store.find(parsed.toString());
            if (stored.isPresent()
                    && isCurrent(parsed, stored.get(), policy, fingerprint)
                    && sources.accepts(parsed, stored.get().manifest())) {
                return stored.get();
            }
            return shared.join(
                    parsed,
                    policy,
                    progress,
                    cancellation,
                    (listeners, openings) -> fetch(parsed, fingerprint, listeners, openings));
        } catch (IOException e) {
            throw new ImageException(faultOf(e), "cannot pull image " + parsed + ": " + e.getMessage(), e);
        }
    }

    private StoredImage fetch(
            ImageReference reference, String fingerprint, ProgressListener progress, SharedPulls.Openings openings)
            throws IOException {
        Optional<StoredImage> stored = store.find(reference.toString());
        try (ImageSource source = sources.open(reference)) {
            openings.opened(source);
            ResolvedImage resolved = source.resolve(Platform.host());
            boolean same = stored.isPresent()
                    && stored.get().manifest().equals(resolved.manifest().toString());
            if (same && stored.get().source().equals(fingerprint)) {
                return stored.get();
            }
            requireMountable(resolved);
            return fetchAndRecord(
                    source, progress, layers -> image(reference, resolved, layers, fingerprint), resolved);
        }
    }

    /** Said before anything is fetched; equal layers are mounted once. */
    private static void requireMountable(ResolvedImage resolved) throws InvalidImageException {
        long different =
                resolved.layers().stream().map(Layer::diffId).distinct().count();
        if (different > StoreLayout.MAX_LAYERS) {
            throw new InvalidImageException("it has " + different + " different layers, and an overlay of at most "
                    + StoreLayout.MAX_LAYERS + " can be mounted; flatten the image");
        }
    }

    private interface Recording {
        StoredImage of(List<StoredLayer> layers) throws IOException;
    }

    /** A layer that was here when the pull began may have been removed since, as one that no image had. */
    private StoredImage fetchAndRecord(
            ImageSource source, ProgressListener progress, Recording recording, ResolvedImage resolved)
            throws IOException {
        Optional<StoredImage> recorded = recordIfThere(fetched(source, progress, resolved), recording);
        if (recorded.isPresent()) {
            return recorded.get();
        }
        try (OpenDirectory use = store.use()) { // from here on whoever removes layers waits for us
            return recordIfThere(fetched(source, progress, resolved), recording)
                    .orElseThrow(() -> new IOException("somebody else removes its layers"));
        }
    }

    private List<StoredLayer> fetched(ImageSource source, ProgressListener progress, ResolvedImage resolved)
            throws IOException {
        return new LayerFetch(store, source, limits, progress).fetch(resolved.layers());
    }

    private Optional<StoredImage> recordIfThere(List<StoredLayer> layers, Recording recording) throws IOException {
        try (OpenDirectory use = store.use()) {
            if (!layers.stream().allMatch(store::has)) {
                return Optional.empty();
            }
            StoredImage image = recording.of(layers);
            store.record(image);
            return Optional.of(image);
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
