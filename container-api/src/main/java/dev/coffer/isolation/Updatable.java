package dev.coffer.isolation;

import dev.coffer.container.Resources;

/** A {@link HostResource} whose limits can change while its container runs. */
public interface Updatable {
    /**
     * Makes these limits hold in place of the present ones; what is absent becomes unlimited. Valid on a resource that an
     * earlier process made. A second call with the same limits changes nothing.
     *
     * @throws dev.coffer.container.ContainerException.IsolationException if they cannot be made to hold, naming those
     *     that still do
     */
    void update(Resources limits);
}
