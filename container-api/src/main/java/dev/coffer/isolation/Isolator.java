package dev.coffer.isolation;

/** Either describes what the child must do, or owns something on the host. */
public sealed interface Isolator permits PlanIsolator, HostIsolator {
    /** Operator-facing name, {@code family/thing}. */
    String name();
}
