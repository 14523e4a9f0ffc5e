package dev.coffer.isolation;

import dev.coffer.container.ContainerSpec;
import java.util.Set;

/** An {@link Isolator} that gives containers namespaces of their own. A container has those of all its isolators. */
public interface ChoosesNamespaces {
    /** Pure, as {@link PlanIsolator#plan} is. */
    Set<Namespace> namespaces(ContainerSpec spec);
}
