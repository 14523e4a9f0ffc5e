package dev.coffer.containerizer;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerStatus;
import dev.coffer.container.Containerizer;
import dev.coffer.container.Fault;
import dev.coffer.container.Launched;
import dev.coffer.container.RecoveryReport;
import dev.coffer.container.Resources;
import dev.coffer.container.Termination;
import dev.coffer.container.Usage;
import dev.coffer.containerizer.lifecycle.Isolation;
import dev.coffer.containerizer.lifecycle.Lifecycle;
import dev.coffer.containerizer.lifecycle.Stages;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.shim.ShimLauncher;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The native containerizer: isolators, the C launcher and the undo stack behind the {@link Containerizer} contract. */
public final class CofferContainerizer implements Containerizer {
    private final Lifecycle lifecycle;

    private CofferContainerizer(Lifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    /**
     * Opens the runtime directory; {@link #recover} comes next.
     *
     * @param shim closed with the containerizer, and if there comes to be none
     */
    public static CofferContainerizer open(
            RuntimeLayout layout, Isolation isolation, ShimLauncher shim, Stages stages) {
        boolean opened = false;
        try {
            Lifecycle lifecycle = Lifecycle.open(layout, isolation, shim, stages);
            opened = true;
            return new CofferContainerizer(lifecycle);
        } catch (IOException e) {
            throw new LaunchException(
                    Fault.HOST_SETUP,
                    "cannot open runtime directory " + layout.runtimeDirectory() + ": " + e.getMessage(),
                    e);
        } finally {
            if (!opened) {
                shim.close();
            }
        }
    }

    @Override
    public RecoveryReport recover() {
        try {
            return lifecycle.recover();
        } catch (IOException e) {
            throw new LaunchException(Fault.INTERNAL, "cannot recover containers: " + e.getMessage(), e);
        }
    }

    @Override
    public Launched launch(ContainerSpec spec) throws ContainerException {
        return lifecycle.launch(spec);
    }

    @Override
    public Optional<CompletableFuture<Termination>> termination(ContainerId id) {
        return lifecycle.termination(id);
    }

    @Override
    public boolean kill(ContainerId id, int signal) {
        return lifecycle.kill(id, signal);
    }

    @Override
    public Optional<CompletableFuture<Termination>> destroy(ContainerId id) {
        return lifecycle.destroy(id);
    }

    @Override
    public Optional<Usage> usage(ContainerId id) {
        return lifecycle.usage(id);
    }

    @Override
    public Optional<Resources> update(ContainerId id, Resources limits) {
        return lifecycle.update(id, limits);
    }

    @Override
    public boolean pause(ContainerId id) {
        return lifecycle.pause(id, true);
    }

    @Override
    public boolean resume(ContainerId id) {
        return lifecycle.pause(id, false);
    }

    @Override
    public Optional<ContainerStatus> status(ContainerId id) {
        return lifecycle.status(id);
    }

    @Override
    public Set<ContainerId> containers() {
        return lifecycle.containers();
    }

    @Override
    public void close() {
        lifecycle.close();
    }
}
