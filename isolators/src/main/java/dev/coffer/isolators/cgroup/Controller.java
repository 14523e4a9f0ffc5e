package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.OptionalLong;

/** What one kernel controller's files mean. Knows no container between two calls. */
interface Controller {
    /** The controller's name in the kernel, such as {@code memory}. */
    String kernelName();

    /** Makes {@code root}, which all containers' cgroups are below, fit for them; called when it may be new. */
    default void prepareRoot(Cgroup root) throws ErrnoException {}

    /** Writes what {@code limits} asks for to a new cgroup; what the kernel has it at already is not written. */
    default void limit(Cgroup cgroup, Resources limits) throws ErrnoException {}

    /** Adds the figures that this controller has and that can be read. */
    default void usage(Cgroup cgroup, Usage.Builder into) {}

    /** Processes killed for memory, if this controller counts them. */
    default OptionalLong oomKills(Cgroup cgroup) {
        return OptionalLong.empty();
    }
}
