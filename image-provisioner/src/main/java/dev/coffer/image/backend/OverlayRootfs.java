package dev.coffer.image.backend;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.image.Cancellation;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.PullPolicy;
import dev.coffer.image.pull.ImagePuller;
import dev.coffer.image.store.ImageStore;
import dev.coffer.image.store.Leases;
import dev.coffer.image.store.StoreLayout;
import dev.coffer.image.store.StoredImage;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.Trees;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Root file systems as an overlay of shared layers under a writable one in the sandbox. Thread-safe.
 *
 * <p>The lease {@code <runtime>/containers/<id>/image} names the layers in use, one per line. It goes with the machine,
 * as the container does.
 */
public final class OverlayRootfs implements RootfsProvider {
    private static final String LEASE = Leases.NAME;
    private static final String ROOTFS = "rootfs";
    private static final String UPPER = "upper";
    private static final String WORK = "work";

    /** Of {@link LaunchStep.OverlayRoot} there is room for this much of names and paths beside what else is in the page. */
    private static final int MOST_OPTIONS = 4095 - 64;

    private final ImagePuller images;
    private final ImageStore store;
    private final StoreLayout layout;
    private final Path containers;
    private final UpperSync upperSync;
    private final CachedFiles files = new CachedFiles();

    /** What an unmount does with the writable layer. */
    public enum UpperSync {
        /** Nothing: for layers that die with their container, on kernels that know the overlay option. */
        VOLATILE,
        /** Writes it to the disk. */
        SYNCED
    }

    /** Root file systems from the images of one store. */
    public OverlayRootfs(ImagePuller images, ImageStore store, Path runtimeDirectory, UpperSync upperSync) {
        this.images = images;
        this.store = store;
        this.layout = store.layout();
        this.containers = runtimeDirectory.resolve("containers");
        this.upperSync = upperSync;
    }

    @Override
    public RootfsHandle rootfsFor(ContainerId id, Path sandbox) {
        return new OverlayHandle(containers.resolve(id.value()), sandbox, LEASE);
    }

    @Override
    public RootfsHandle volumeFor(ContainerId id, Path directory, int number) {
        return new OverlayHandle(containers.resolve(id.value()), directory, LEASE + "-" + number);
    }

    @Override
    public Set<ContainerId> discover() {
        Set<ContainerId> ids = new HashSet<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(containers)) {
            for (Path directory : directories) {
                if (Files.exists(directory.resolve(LEASE))) {
                    ContainerId.find(String.valueOf(directory.getFileName())).ifPresent(ids::add);
                }
            }
        } catch (NoSuchFileException e) {
            return Set.of();
        } catch (IOException e) {
            throw new ImageException(
                    Fault.HOST_SETUP, "cannot list leases in " + containers + ": " + e.getMessage(), e);
        }
        return ids;
    }

    /** The root file system that a container with this sandbox would have of a stored image; makes nothing. */
    public Rootfs describe(StoredImage image, Path sandbox) {
        Path rootfs = sandbox.resolve(ROOTFS);
        List<String> newestFirst = newestFirst(image);
        boolean discardable = upperSync == UpperSync.VOLATILE;
        LaunchStep mount = new LaunchStep.OverlayRoot(
                layout.layers(), newestFirst, rootfs.resolve(UPPER), rootfs.resolve(WORK), discardable);
        return new Rootfs(
                List.of(mount),
                image.runtime(),
                files.over(newestFirst, new LayeredFiles(image.reference(), layout, newestFirst)));
    }

    private List<String> newestFirst(StoredImage image) {
        List<String> newestFirst = new ArrayList<>();
        image.layers().forEach(layer -> newestFirst.add(0, layer));
        if (newestFirst.isEmpty()) {
            newestFirst.add(layout.emptyLayer());
        }
        return newestFirst;
    }

    /** Both paths follow from the container's id, so a later process can close what this one made. */
    private final class OverlayHandle implements RootfsHandle {
        private final Path container;
        private final Path sandbox;
        private final Path rootfs;
        private final Path lease;
        private final Cancellation cancellation = new Cancellation();

        OverlayHandle(Path container, Path sandbox, String lease) {
            this.container = container;
            this.sandbox = sandbox;
            this.rootfs = sandbox.resolve(ROOTFS);
            this.lease = container.resolve(lease);
        }

        @Override
        public Rootfs create(String reference) {
            StoredImage image = leased(reference);
            requireMountable(image);
            Path upper = rootfs.resolve(UPPER);
            Path work = rootfs.resolve(WORK);
            try {
                Files.createDirectory(rootfs);
                Files.createDirectory(upper);
                Files.createDirectory(work);
                try (OpenDirectory directory = OpenDirectory.open(upper)) {
                    directory.chmod(0755); // it is what the container sees as /
                }
            } catch (IOException e) {
                throw new ImageException(
                        Fault.HOST_SETUP, "cannot make writable layer " + rootfs + ": " + causeOf(e), e);
            }
            return describe(image, sandbox);
        }

        private void requireMountable(StoredImage image) {
            int layers = newestFirst(image).stream()
                    .mapToInt(name -> name.length() + 1)
                    .sum();
            int paths = 2 * rootfs.toString().getBytes(StandardCharsets.UTF_8).length;
            if (layers + paths > MOST_OPTIONS) {
                throw new ImageException(
                        Fault.USER_SPEC,
                        "cannot mount image " + image.reference() + ": its "
                                + image.layers().size()
                                + " layers and the path of the sandbox are longer than the kernel takes;"
                                + " flatten the image or use a shorter --work_dir");
            }
        }

        private StoredImage leased(String reference) {
            try {
                StoredImage image = pulled(reference);
                if (leaseIfThere(image)) {
                    return image;
                }
                // removed between being found and being leased; now whoever removes images waits for us
                try (OpenDirectory use = store.use()) {
                    StoredImage again = pulled(reference);
                    if (leaseIfThere(again)) {
                        return again;
                    }
                }
            } catch (IOException e) {
                throw new ImageException(Fault.HOST_SETUP, "cannot lease image " + reference + ": " + causeOf(e), e);
            }
            throw new ImageException(
                    Fault.HOST_SETUP, "cannot lease image " + reference + ": somebody else removes its files");
        }

        private StoredImage pulled(String reference) {
            return images.pull(reference, PullPolicy.MISSING, ProgressListener.SILENT, cancellation);
        }

        private boolean leaseIfThere(StoredImage image) throws IOException {
            try (OpenDirectory use = store.use()) {
                if (!store.has(image)) {
                    return false;
                }
                if (!Files.isDirectory(container)) {
                    Files.createDirectories(container);
                }
                Leases.write(lease, newestFirst(image));
                store.touch(image);
                return true;
            }
        }

        @Override
        public void cancel() {
            cancellation.cancel();
        }

        private String causeOf(IOException e) {
            String type = e.getClass().getSimpleName();
            return e instanceof ErrnoException ? String.valueOf(e.getMessage()) : type + " " + e.getMessage();
        }

        @Override
        public void close() {
            try {
                Trees.remove(rootfs);
            } catch (ErrnoException e) {
                throw new ImageException(
                        Fault.HOST_SETUP, "cannot remove writable layer " + rootfs + ": " + e.getMessage(), e);
            }
            try {
                Files.deleteIfExists(lease);
            } catch (IOException e) {
                throw new ImageException(
                        Fault.HOST_SETUP, "cannot remove lease " + container + ": " + e.getMessage(), e);
            }
            // Mostly refused, and rightly: others keep state of the container there, too.
            boolean ignored = container.toFile().delete();
        }
    }
}
