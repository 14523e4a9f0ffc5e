package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupEvents;
import dev.coffer.linux.cgroup.EventSource;
import java.util.Optional;
import java.util.OptionalLong;

/** What one kernel controller's files mean. Knows no container between two calls, unless it says so. */
interface Controller {
    /** The controller's name in the kernel, such as {@code memory}. */
    String kernelName();

    /** Makes {@code root}, which all containers' cgroups are below, fit for them; called when it may be new. */
    default void prepareRoot(Cgroup root) throws ErrnoException {}

    /** Makes a container's own part of its cgroup fit for processes. */
    default void prepareInner(Cgroup outer, Cgroup inner) throws ErrnoException {}

    /** What of these wishes this kernel interface has nothing for, and what to do about it. */
    default Optional<String> unsupported(Resources limits) {
        return Optional.empty();
    }

    /** Writes what {@code limits} asks for to a new cgroup; what the kernel has it at already is not written. */
    default void limit(Cgroup cgroup, Resources limits) throws ErrnoException {}

    /**
     * Makes {@code limits} hold in place of those of a cgroup in use.
     *
     * @throws LimitRefusedException if that would harm the task; the former limit holds then
     */
    default void update(Cgroup cgroup, Resources limits) throws ErrnoException, LimitRefusedException {}

    /** Adds the figures that this controller has and that can be read. */
    default void usage(Cgroup cgroup, Usage.Builder into) {}

    /** Processes killed for memory, if this controller counts them. */
    default OptionalLong oomKills(Cgroup cgroup) {
        return OptionalLong.empty();
    }

    /** Lets {@code events} report {@code token} when memory runs out, if this controller is told of that. */
    default Optional<EventSource> watchMemory(Cgroup cgroup, CgroupEvents events, long token) throws ErrnoException {
        return Optional.empty();
    }

    /** What uses the memory now, if this controller knows. */
    default Optional<MemoryBreakdown> breakdown(Cgroup cgroup) {
        return Optional.empty();
    }

    /** Gives back what it holds for a cgroup; the cgroup may be gone, and it may hold nothing. */
    default void release(Cgroup cgroup) throws ErrnoException {}
}
