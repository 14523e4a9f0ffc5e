package dev.coffer.container;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Runs containers and removes every trace of them. Thread-safe; calls about one container are serialised, calls about
 * different ones run side by side.
 */
public interface Containerizer extends AutoCloseable {
    /**
     * Finds what an earlier process left: containers that still run are known again, everything else is removed. Must
     * end before any other call.
     */
    RecoveryReport recover();

    /**
     * Takes one container from spec to running, on the calling thread. A destroy that comes while the image is made
     * present interrupts that.
     *
     * @throws ContainerException naming the stage; nothing of the container is left on the host
     * @throws IllegalStateException if the id is known already
     */
    Launched launch(ContainerSpec spec);

    /**
     * Completes when the task has ended, also for a task that ended before; empty if the id is unknown. Callbacks may
     * block: they run on threads that no container waits for.
     */
    Optional<CompletableFuture<Termination>> termination(ContainerId id);

    /**
     * Sends a signal to the task.
     *
     * @return false if the id is unknown or the task has ended
     */
    boolean kill(ContainerId id, int signal);

    /**
     * Ends the task if it runs and removes everything of the container. Idempotent: every call for one id gives the
     * same result. A stage that fails is retried with back-off and shown by {@link #status}; the future completes
     * exceptionally only when the retries are used up, and a later call tries again.
     *
     * @return empty if the id is unknown
     */
    Optional<CompletableFuture<Termination>> destroy(ContainerId id);

    Optional<Usage> usage(ContainerId id);

    /**
     * Makes these limits hold for a container that runs, in place of the present ones; what is absent becomes unlimited.
     *
     * @return the limits as they are enforced, or empty if the id is unknown or the task has ended
     * @throws ContainerException.IsolationException if they cannot be made to hold, naming those that still do
     */
    Optional<Resources> update(ContainerId id, Resources limits);

    /**
     * Stops all processes of a container until {@link #resume} or the end of it.
     *
     * @return false if the id is unknown or the task has ended
     * @throws ContainerException.IsolationException if no isolator can do that
     */
    boolean pause(ContainerId id);

    /**
     * Lets a paused container go on; does nothing to one that runs.
     *
     * @return false if the id is unknown or the task has ended
     */
    boolean resume(ContainerId id);

    Optional<ContainerStatus> status(ContainerId id);

    Set<ContainerId> containers();

    /** Stops watching; containers go on running and are found by the next {@link #recover}. */
    @Override
    void close();
}
