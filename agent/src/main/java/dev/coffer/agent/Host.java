package dev.coffer.agent;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Containerizer;
import dev.coffer.container.Fault;
import dev.coffer.container.RecoveryReport;
import dev.coffer.containerizer.CofferContainerizer;
import dev.coffer.containerizer.lifecycle.ContainerLauncher;
import dev.coffer.containerizer.lifecycle.Isolation;
import dev.coffer.containerizer.lifecycle.Stages;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolators.IsolationFlags;
import dev.coffer.isolators.IsolatorSelection;
import dev.coffer.isolators.IsolatorSet;
import dev.coffer.isolators.filesystem.HostRootFilesystem;
import dev.coffer.isolators.filesystem.PosixFilesystemIsolator;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.isolators.namespace.UserNamespaceProvider;
import dev.coffer.isolators.network.cni.CniProvider;
import dev.coffer.linux.process.Processes;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsProvider;
import dev.coffer.shim.ShimBinary;
import dev.coffer.shim.ShimLauncher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One Linux host wired up to run containers: the entry point for a daemon that embeds Coffer.
 *
 * <pre>{@code
 * try (Host host = Host.open(HostConfig.DEFAULT)) {
 *     host.recover();
 *     host.containerizer().launch(spec);
 * }
 * }</pre>
 */
public final class Host implements AutoCloseable {
    private final Containerizer containerizer;
    private final Images images;
    private final RuntimeLayout layout;
    private final IsolatorSelection isolators;
    private final List<HostIsolator> onHost;

    private Host(
            Containerizer containerizer,
            Images images,
            RuntimeLayout layout,
            IsolatorSelection isolators,
            List<HostIsolator> onHost) {
        this.isolators = isolators;
        this.onHost = onHost;
        this.containerizer = containerizer;
        this.images = images;
        this.layout = layout;
    }

    /** Wires the host up; needs root. */
    public static Host open(HostConfig config) {
        return open(config, Stages.NONE, Optional.empty());
    }

    /** Wires the host up to be cleaned: it finds also what isolators left that are not chosen now. */
    public static Host openForCleanup(HostConfig config) {
        return open(config, Stages.NONE, Optional.empty(), true);
    }

    /**
     * Wires the host up for a test or a measurement.
     *
     * @param stages told of every stage of a launch or destroy
     * @param launcher another build of the C launcher
     */
    public static Host open(HostConfig config, Stages stages, Optional<ShimBinary> launcher) {
        return open(config, stages, launcher, false);
    }

    private static Host open(HostConfig config, Stages stages, Optional<ShimBinary> launcher, boolean cleanup) {
        if (!Processes.isRoot()) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot run containers: Coffer needs root for namespaces, mounts and cgroups; use sudo");
        }
        try {
            RuntimeLayout layout = new RuntimeLayout(config.runtimeDirectory(), config.workDirectory());
            Images images = Images.open(config);
            Isolators isolators = Isolators.of(config, layout.sandboxes(), images.rootfs());
            Isolation isolation = isolation(config, isolators, images.rootfs());
            if (cleanup) {
                isolation = isolation.with(isolators.unchosen());
            }
            ShimBinary binary = launcher.isPresent() ? launcher.get() : ShimBinary.release();
            Containerizer containerizer = CofferContainerizer.open(layout, isolation, new ShimLauncher(binary), stages);
            return new Host(containerizer, images, layout, isolators.selection(), isolation.onHost());
        } catch (IOException e) {
            throw new IsolationException(Fault.HOST_SETUP, "cannot load the launcher: " + e.getMessage(), e);
        }
    }

    /**
     * The plan that {@code spec} would be launched by. Makes nothing on the host and needs no root; an image must have
     * been pulled.
     *
     * @throws dev.coffer.container.ContainerException if it could not be launched, as far as can be told beforehand
     */
    public static LaunchPlan explain(HostConfig config, ContainerSpec spec) {
        try (ShimLauncher shim = new ShimLauncher(ShimBinary.release())) {
            RuntimeLayout layout = new RuntimeLayout(config.runtimeDirectory(), config.workDirectory());
            StoredRootfs images = new StoredRootfs(config);
            Isolation isolation = isolation(config, Isolators.of(config, layout.sandboxes(), images), images);
            List<LaunchStep> steps = new ArrayList<>();
            for (HostIsolator isolator : isolation.onHost()) {
                steps.addAll(isolator.resourceFor(spec.id()).steps());
            }
            Rootfs rootfs = spec.image().isEmpty()
                    ? isolation.hostView().get()
                    : images.rootfsFor(spec.id(), layout.sandbox(spec.id()))
                            .create(spec.image().get());
            return new ContainerLauncher(layout, isolation, shim, Stages.NONE, 0).explain(spec, rootfs, steps);
        } catch (IOException e) {
            throw new IsolationException(Fault.HOST_SETUP, "cannot look at this host: " + e.getMessage(), e);
        }
    }

    /** The network of containers that may be in any; empty if none is configured, or nothing attaches containers to it. */
    public static Optional<String> defaultNetwork(HostConfig config) {
        Optional<List<String>> isolation = config.flags().get(IsolationFlags.ISOLATION);
        boolean another = isolation.isPresent()
                && isolation.get().stream()
                        .anyMatch(name -> name.startsWith("network/") && !name.equals("network/ports"))
                && !isolation.get().contains("network/cni");
        return another ? Optional.empty() : CniProvider.defaultNetwork(config.flags());
    }

    /** Who on this host has ids that containers are to get for users of their own; empty if nobody. */
    public static Optional<String> userRangeConflict(HostConfig config) {
        return UserNamespaceProvider.conflict(config.flags(), HostFacts.ofThisHost());
    }

    /** What CNI plugins find wrong with each container that is in a network; empty if nothing is. */
    public static Map<ContainerId, String> checkNetworks(HostConfig config) {
        return CniProvider.check(new IsolatorSetting(
                config.flags(), List.of(), config.runtimeDirectory(), config.workDirectory(), config.workDirectory()));
    }

    private static Isolation isolation(HostConfig config, Isolators chosen, RootfsProvider images) {
        IsolatorSet isolators = chosen.create();
        if (chosen.selection().names().contains(PosixFilesystemIsolator.NAME)) {
            return new Isolation(
                    isolators.onHost(),
                    isolators.inChild(),
                    isolators::namespacesOf,
                    new RefusedImages(images),
                    HostRootFilesystem::writable);
        }
        HostRootFilesystem hostView = new HostRootFilesystem(
                List.of(config.workDirectory(), config.runtimeDirectory(), config.storeDirectory()));
        return new Isolation(
                isolators.onHost(), isolators.inChild(), isolators::namespacesOf, images, hostView::rootfs);
    }

    /**
     * What {@code --isolation} comes to on this host. Makes nothing there.
     *
     * @return with every reason why {@link #open} would refuse it
     */
    public static IsolatorSelection isolators(HostConfig config) {
        Path sandboxes = new RuntimeLayout(config.runtimeDirectory(), config.workDirectory()).sandboxes();
        return Isolators.of(config, sandboxes, new StoredRootfs(config)).examined();
    }

    /** The isolators that containers are held by. */
    public IsolatorSelection isolators() {
        return isolators;
    }

    public Containerizer containerizer() {
        return containerizer;
    }

    public Images images() {
        return images;
    }

    /** Finds what earlier processes left: containers and interrupted pulls. Comes before any launch. */
    public RecoveryReport recover() {
        images.recover();
        return containerizer.recover();
    }

    /**
     * Removes sandboxes that destroyed containers left; comes after {@link #recover}.
     *
     * @param removed told of each
     * @param failed told of each that could not be removed, with the reason
     */
    public void removeAbandonedSandboxes(Consumer<String> removed, Consumer<String> failed) {
        new Sandboxes(layout).removeAbandoned(removed, failed);
        onHost.forEach(HostIsolator::reclaim);
    }

    @Override
    public void close() {
        containerizer.close();
    }
}
