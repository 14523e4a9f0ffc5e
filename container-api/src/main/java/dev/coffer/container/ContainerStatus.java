package dev.coffer.container;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of one container now.
 *
 * @param pid the container's pid 1 as the host sees it
 * @param effective the limits as they are enforced
 * @param networkClass what packets of it are marked with, {@code cgroup_info.net_cls.classid} of the Mesos agent
 * @param stuck the destroy stage that is not getting on, and why
 */
public record ContainerStatus(
        ContainerId id,
        State state,
        OptionalLong pid,
        Path sandbox,
        Resources effective,
        OptionalLong networkClass,
        Optional<Termination> termination,
        Optional<String> stuck) {

    /** Where in its life a container is. */
    public enum State {
        LAUNCHING,
        RUNNING,
        /** The task is gone; what it used on the host is not removed yet. */
        EXITED,
        DESTROYING,
        DESTROYED
    }
}
