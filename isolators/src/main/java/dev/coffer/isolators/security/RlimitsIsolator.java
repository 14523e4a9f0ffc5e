package dev.coffer.isolators.security;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.SetRlimit;
import dev.coffer.isolation.PlanIsolator;
import java.util.List;
import java.util.Map;

/**
 * Resource limits of the task's process; those that are not asked for are the agent's.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">setrlimit(2)</a>
 */
public final class RlimitsIsolator implements PlanIsolator {
    /** Names in the kernel's order, the same on x86-64 and arm64: the index is {@code RLIMIT_*}. */
    private static final List<String> NAMES = List.of(
            "cpu",
            "fsize",
            "data",
            "stack",
            "core",
            "rss",
            "nproc",
            "nofile",
            "memlock",
            "as",
            "locks",
            "sigpending",
            "msgqueue",
            "nice",
            "rtprio",
            "rttime");

    @Override
    public String name() {
        return "posix/rlimits";
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        return context.spec().security().rlimits().entrySet().stream()
                .map(RlimitsIsolator::step)
                .toList();
    }

    private static LaunchStep step(Map.Entry<String, Rlimit> limit) {
        int resource = NAMES.indexOf(limit.getKey());
        if (resource < 0) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot set rlimit '" + limit.getKey() + "': no such limit; use one of "
                            + String.join(", ", NAMES));
        }
        return new SetRlimit(resource, limit.getValue().soft(), limit.getValue().hard());
    }
}
