package dev.coffer.isolation;

import dev.coffer.container.ContainerSpec;
import java.util.List;

/** An {@link Isolator} under which steps of others have to be done otherwise. */
public interface AdaptsPlan {
    /**
     * The steps of a whole launch as they are to be done, in any order of phases. The host state of the container exists,
     * unless the plan is only to be explained.
     *
     * @throws dev.coffer.container.ContainerException if one of them cannot be done
     */
    List<LaunchStep> adapt(ContainerSpec spec, List<LaunchStep> steps);
}
