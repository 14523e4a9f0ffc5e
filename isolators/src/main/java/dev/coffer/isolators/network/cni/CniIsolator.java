package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import java.io.IOException;
import java.util.Set;

/** {@code network/cni}: interfaces in networks that plugins make. */
final class CniIsolator implements HostIsolator {
    private final CniSetup setup;

    CniIsolator(CniSetup setup) {
        this.setup = setup;
    }

    @Override
    public String name() {
        return CniSetup.NAME;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new ContainerNetwork(setup, id);
    }

    @Override
    public Set<ContainerId> discover() {
        try {
            return setup.state().list();
        } catch (IOException | IllegalArgumentException e) {
            throw new IsolationException(
                    Fault.INTERNAL,
                    "cannot list the networks of containers in " + setup.state().durable() + ": " + e.getMessage(),
                    e);
        }
    }
}
