package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import java.util.OptionalLong;

/** The arithmetic of {@code cgroups/mem}. */
final class MemoryLimits {
    private static final int OOM_SCORE_RANGE = 1000;

    private MemoryLimits() {}

    /** The hard limit as it is written. */
    static String hard(Resources limits, String none) {
        OptionalLong bytes = limits.memoryBytes();
        return bytes.isEmpty() || bytes.getAsLong() == Resources.INFINITE_MEMORY
                ? none
                : Long.toString(bytes.getAsLong());
    }

    /**
     * How much sooner than others a task is killed when the whole host is out of memory: the smaller its request, the
     * sooner. Empty for one that has no more than it requested.
     *
     * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html">proc_pid_oom_score_adj(5)</a>
     */
    static OptionalLong oomScoreAdjustment(Resources limits, long hostBytes) {
        OptionalLong request = limits.requests().memoryBytes();
        if (request.isEmpty() || limits.memoryBytes().orElse(0) <= request.getAsLong()) {
            return OptionalLong.empty();
        }
        long requested = Math.min(request.getAsLong(), hostBytes);
        return OptionalLong.of(OOM_SCORE_RANGE - OOM_SCORE_RANGE * requested / hostBytes);
    }

    static LimitRefusedException refused(String limit, OptionalLong used, long former) {
        String use = used.isPresent() ? used.getAsLong() + " bytes are in use" : "more is in use";
        return new LimitRefusedException("memory cannot be limited to " + limit + " bytes: " + use
                + " and cannot be reclaimed; the limit of " + former + " bytes still holds");
    }
}
