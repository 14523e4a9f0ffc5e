package dev.coffer.agent;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.agent.config.Surroundings;
import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.container.Secret;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.backend.OverlayRootfs;
import dev.coffer.image.backend.OverlayRootfs.UpperSync;
import dev.coffer.image.config.ImageSettings;
import dev.coffer.image.credentials.CredentialPrograms;
import dev.coffer.image.credentials.DockerConfig;
import dev.coffer.image.pull.ImagePuller;
import dev.coffer.image.pull.ImageSources;
import dev.coffer.image.pull.Verification;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.Leases;
import dev.coffer.image.store.Pruning;
import dev.coffer.image.store.StoredImage;
import dev.coffer.image.unpack.UnpackLimits;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The image store of one host. Thread-safe. */
public final class Images {
    private final ImageStore store;
    private final ImageSources sources;
    private final UnpackLimits limits;
    private final ImagePuller puller;
    private final OverlayRootfs rootfs;
    private final Leases leases;

    private Images(
            ImageStore store,
            ImageSources sources,
            UnpackLimits limits,
            ImagePuller puller,
            OverlayRootfs rootfs,
            Leases leases) {
        this.leases = leases;
        this.store = store;
        this.sources = sources;
        this.limits = limits;
        this.puller = puller;
        this.rootfs = rootfs;
    }

    /** Opens the store, made if it is missing. */
    public static Images open(HostConfig config) {
        try {
            ImageStore store = ImageStore.open(config.storeDirectory());
            ImageSettings settings = settings(config);
            ImageSources sources =
                    new ImageSources(settings, config.storeDirectory().resolve("verified"));
            ImagePuller puller = new ImagePuller(store, sources, settings.unpackLimits(), Clock.systemUTC());
            // every kernel that the launcher runs on (mount_setattr) knows volatile, which is older
            OverlayRootfs rootfs = new OverlayRootfs(puller, store, config.runtimeDirectory(), UpperSync.VOLATILE);
            Leases leases = new Leases(config.runtimeDirectory().resolve("containers"));
            return new Images(store, sources, settings.unpackLimits(), puller, rootfs, leases);
        } catch (IOException e) {
            throw new ImageException(
                    Fault.HOST_SETUP, "cannot open image store " + config.storeDirectory() + ": " + e.getMessage(), e);
        }
    }

    private static ImageSettings settings(HostConfig config) {
        try {
            return new ImageSettings(
                    config.flags(), Surroundings.ofThisProcess().environment());
        } catch (IllegalArgumentException e) {
            throw new ImageException(Fault.HOST_SETUP, String.valueOf(e.getMessage()), e);
        }
    }

    /** Makes an image present. */
    public StoredImage pull(String reference, PullPolicy policy, ProgressListener progress) {
        return puller.pull(reference, policy, progress);
    }

    /**
     * Makes an image present with credentials that come with the request and go before the operator's.
     *
     * @param dockerConfig Docker's {@code config.json}; it may not name credential helpers
     */
    public StoredImage pull(String reference, PullPolicy policy, ProgressListener progress, Secret.Value dockerConfig) {
        try {
            DockerConfig own =
                    DockerConfig.parse("the image's config.json", dockerConfig.bytes(), CredentialPrograms.REFUSED);
            return new ImagePuller(store, sources.with(own), limits, Clock.systemUTC())
                    .pull(reference, policy, progress);
        } catch (InvalidImageException e) {
            throw new ImageException(Fault.USER_SPEC, "cannot pull image " + reference + ": " + e.getMessage(), e);
        }
    }

    /** Every image that is present. */
    public List<StoredImage> list() {
        try {
            return store.images();
        } catch (IOException e) {
            throw new ImageException(Fault.INTERNAL, "cannot list images: " + e.getMessage(), e);
        }
    }

    /**
     * What {@link #list} calls the image that a user names so.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public String fullName(String reference) {
        return sources.parse(reference).toString();
    }

    /** Removes images that no container uses; running pulls and launches are not disturbed. */
    public Pruning.Report prune(Pruning.Request request) {
        try {
            return new Pruning(store, leases).prune(request);
        } catch (IOException e) {
            throw new ImageException(Fault.INTERNAL, "cannot remove unused images: " + e.getMessage(), e);
        }
    }

    /** Reads every layer and puts aside what is damaged. */
    public Verification.Report verify() {
        try {
            return new Verification(store).verify();
        } catch (IOException e) {
            throw new ImageException(Fault.INTERNAL, "cannot verify the image store: " + e.getMessage(), e);
        }
    }

    /** Removes what interrupted pulls of dead processes left; returns what that was. */
    List<String> recover() {
        try {
            return store.recover();
        } catch (IOException e) {
            throw new ImageException(Fault.INTERNAL, "cannot clean up the image store: " + e.getMessage(), e);
        }
    }

    /**
     * The root file system that a container with this sandbox would have; pulls and makes nothing.
     *
     * @throws ImageException if the image is not here
     */
    Rootfs describe(String reference, Path sandbox) {
        try {
            Optional<StoredImage> image = store.find(sources.parse(reference).toString());
            if (image.isPresent()) {
                return rootfs.describe(image.get(), sandbox);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new ImageException(Fault.USER_SPEC, "cannot look up image " + reference + ": " + e.getMessage(), e);
        }
        throw absent(reference);
    }

    static ImageException absent(String reference) {
        return new ImageException(
                Fault.USER_SPEC, "cannot find image " + reference + ": it is not stored here; coffer pull fetches it");
    }

    RootfsProvider rootfs() {
        return rootfs;
    }
}
