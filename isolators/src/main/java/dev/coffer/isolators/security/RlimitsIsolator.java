package dev.coffer.isolators.security;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.SetOomScoreAdj;
import dev.coffer.isolation.LaunchStep.SetRlimit;
import dev.coffer.isolation.PlanIsolator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Resource limits of the task's process, and how early the kernel ends it when memory is short; what is not asked for is
 * the agent's.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">setrlimit(2)</a>
 */
public final class RlimitsIsolator implements PlanIsolator {
    static final String NAME = "posix/rlimits";

    private static final int NOFILE = 7;

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

    private final AgentCapabilities agent;
    private final Supplier<AgentLimits> limits;

    RlimitsIsolator(AgentCapabilities agent) {
        this(agent, AgentLimits::ofThisProcess);
    }

    /**
     * An isolator of an agent.
     *
     * @param limits asked for whenever a task wants limits
     */
    RlimitsIsolator(AgentCapabilities agent, Supplier<AgentLimits> limits) {
        this.agent = agent;
        this.limits = limits;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        List<LaunchStep> steps = new ArrayList<>();
        for (Map.Entry<String, Rlimit> limit :
                context.spec().security().rlimits().entrySet()) {
            steps.add(step(limit.getKey(), limit.getValue()));
        }
        OptionalInt score = context.spec().security().extras().oomScoreAdj();
        if (score.isPresent()) {
            steps.add(step(score.getAsInt()));
        }
        return steps;
    }

    /** Also as the kernel and the Mesos agent spell it: {@code RLIMIT_NOFILE}, {@code RLMT_NOFILE}. */
    private static int number(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (String prefix : List.of("rlimit_", "rlmt_")) {
            if (lower.startsWith(prefix)) {
                lower = lower.substring(prefix.length());
            }
        }
        return NAMES.indexOf(lower);
    }

    private LaunchStep step(String name, Rlimit limit) {
        int resource = number(name);
        if (resource < 0) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot set rlimit '" + name + "': no such limit; use one of " + String.join(", ", NAMES));
        }
        AgentLimits ours = limits.get();
        if (resource == NOFILE && exceeds(limit.hard(), ours.maxOpenFiles())) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot set rlimit 'nofile' to " + Long.toUnsignedString(limit.hard())
                            + ": the kernel allows nobody more than " + ours.maxOpenFiles()
                            + "; ask for less, or raise sysctl fs.nr_open");
        }
        long ceiling = ours.hard().get(resource);
        if (exceeds(limit.hard(), ceiling) && !agent.has(Capability.SYS_RESOURCE)) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot set rlimit '" + NAMES.get(resource) + "' to "
                            + (limit.hard() < 0 ? "unlimited" : Long.toString(limit.hard()))
                            + ": this process has a hard limit of " + ceiling
                            + " and lacks capability 'SYS_RESOURCE' to raise it");
        }
        return new SetRlimit(resource, limit.soft(), limit.hard());
    }

    private static boolean exceeds(long wanted, long ceiling) {
        return Long.compareUnsigned(wanted, ceiling) > 0;
    }

    private LaunchStep step(int score) {
        if (score < 0 && !agent.has(Capability.SYS_RESOURCE)) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot set oom_score_adj to " + score
                            + ": this process lacks capability 'SYS_RESOURCE' to lower it");
        }
        return new SetOomScoreAdj(score);
    }
}
