package dev.coffer.isolation;

import dev.coffer.container.ContainerSpec;
import java.util.List;

/** Host state of one container: named first, made by {@link #create}, undone by {@link #close}. */
public interface HostResource extends AutoCloseable {
    /** Makes the state. Fails if it exists already. */
    void create(ContainerSpec spec);

    /** What the child must do to be held by this state; only called after {@link #create}. */
    List<LaunchStep> steps();

    /** Removes the state. Idempotent; valid on a half-made state and on one made by an earlier process. */
    @Override
    void close();
}
