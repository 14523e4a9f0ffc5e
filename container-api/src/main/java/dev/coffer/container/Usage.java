package dev.coffer.container;

import java.util.OptionalLong;

/**
 * Resource use of one container. A figure the host cannot give is absent, never 0.
 *
 * @param cpuNanos processor time used
 * @param throttledNanos time spent waiting for the next period because of the cpu limit
 * @param memoryBytes memory in use, page cache included
 * @param memoryLimitBytes the limit in force
 * @param oomKills processes the kernel killed for memory, sub-cgroups included
 * @param pids processes and threads that exist
 */
public record Usage(
        OptionalLong cpuNanos,
        OptionalLong throttledNanos,
        OptionalLong memoryBytes,
        OptionalLong memoryLimitBytes,
        OptionalLong oomKills,
        OptionalLong pids) {

    public static final Usage UNKNOWN = new Usage(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty());

    /** This with every absent figure taken from {@code other}. */
    public Usage or(Usage other) {
        return new Usage(
                first(cpuNanos, other.cpuNanos),
                first(throttledNanos, other.throttledNanos),
                first(memoryBytes, other.memoryBytes),
                first(memoryLimitBytes, other.memoryLimitBytes),
                first(oomKills, other.oomKills),
                first(pids, other.pids));
    }

    private static OptionalLong first(OptionalLong a, OptionalLong b) {
        return a.isPresent() ? a : b;
    }
}
