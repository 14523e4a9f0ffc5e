package dev.coffer.containerizer.state;

import dev.coffer.container.ContainerId;
import java.nio.file.Path;

/**
 * Where everything is. No other class builds these paths.
 *
 * <pre>
 * runtime_dir/                     a tmpfs: gone after a reboot, as the containers are
 *     owners/&lt;instance&gt;.lock         held by the process that owns the containers below
 *     owners/{recovery,owners}         see ProcessLock
 *     containers/.&lt;instance&gt;.&lt;id&gt;/   a launch that has not recorded itself yet
 *     containers/&lt;id&gt;/
 *         config                   what recovery needs of the spec, and the owner: ContainerRecord
 *         root/                    where the child mounts its root file system, in its own mount namespace
 *         image                    lease on the image's layers, written by image-provisioner
 *         supervisor, status       written by the supervisor: SupervisorRecord
 *         termination              how it ended, as reported: TerminationRecord
 * work_dir/sandboxes/&lt;id&gt;/
 *     stdout, stderr               the task's output, if it was asked for
 *     rootfs/{upper,work}          the writable layer, made by image-provisioner
 * </pre>
 */
public record RuntimeLayout(Path runtimeDirectory, Path workDirectory) {
    static final String LOCK_SUFFIX = ".lock";

    public RuntimeLayout {
        if (!runtimeDirectory.isAbsolute() || !workDirectory.isAbsolute()) {
            throw new IllegalArgumentException(
                    "runtime_dir and work_dir must be absolute, were " + runtimeDirectory + " and " + workDirectory);
        }
    }

    public Path owners() {
        return runtimeDirectory.resolve("owners");
    }

    Path ownerLock(String instance) {
        return owners().resolve(instance + LOCK_SUFFIX);
    }

    /** Held while somebody recovers: two at once would fight over the same left-overs. */
    public Path recoveryLock() {
        return owners().resolve("recovery");
    }

    /** Held for the moment in which an owner's lock is made or found dead. */
    Path ownersLock() {
        return owners().resolve("owners");
    }

    public Path containers() {
        return runtimeDirectory.resolve("containers");
    }

    public Path container(ContainerId id) {
        return containers().resolve(id.value());
    }

    /** A container directory that is still being filled; its name tells whose it is. */
    Path unfinished(String instance, ContainerId id) {
        return containers().resolve("." + instance + "." + id.value());
    }

    public Path root(ContainerId id) {
        return container(id).resolve("root");
    }

    public Path sandboxes() {
        return workDirectory.resolve("sandboxes");
    }

    public Path sandbox(ContainerId id) {
        return sandboxes().resolve(id.value());
    }
}
