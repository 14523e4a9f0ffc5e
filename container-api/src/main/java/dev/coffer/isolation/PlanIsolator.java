package dev.coffer.isolation;

import java.util.List;

/** Stateless: a function from the request to launch steps. Nothing to recover, nothing to clean up. */
public non-sealed interface PlanIsolator extends Isolator {
    /**
     * What the child must do for this isolator, possibly nothing.
     *
     * @throws dev.coffer.container.ContainerException if the request cannot be met
     */
    List<LaunchStep> plan(LaunchContext context);
}
