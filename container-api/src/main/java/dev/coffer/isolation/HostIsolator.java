package dev.coffer.isolation;

import dev.coffer.container.ContainerId;
import java.util.Set;

/** Owns host state (a cgroup, a veth pair) for the life of a container. */
public non-sealed interface HostIsolator extends Isolator, AutoCloseable {
    /** Names the state for {@code id}. No side effects; the state may or may not exist yet. */
    HostResource resourceFor(ContainerId id);

    /** Every container this isolator finds on the host, including ones the agent has forgotten. */
    Set<ContainerId> discover();

    /** Gives back what was kept for sandboxes that are gone now. */
    default void reclaim() {}

    /** Ends what the isolator itself runs, its threads above all; containers and their state stay as they are. */
    @Override
    default void close() {}
}
