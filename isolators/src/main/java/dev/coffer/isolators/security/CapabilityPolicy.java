package dev.coffer.isolators.security;

import static dev.coffer.isolators.security.Capability.CHOWN;
import static dev.coffer.isolators.security.Capability.DAC_OVERRIDE;
import static dev.coffer.isolators.security.Capability.FOWNER;
import static dev.coffer.isolators.security.Capability.FSETID;
import static dev.coffer.isolators.security.Capability.KILL;
import static dev.coffer.isolators.security.Capability.NET_BIND_SERVICE;
import static dev.coffer.isolators.security.Capability.SETFCAP;
import static dev.coffer.isolators.security.Capability.SETGID;
import static dev.coffer.isolators.security.Capability.SETPCAP;
import static dev.coffer.isolators.security.Capability.SETUID;
import static dev.coffer.isolators.security.Capability.SYS_CHROOT;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchStep.CapabilitySets;
import dev.coffer.isolators.host.HostFacts;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which capabilities a task gets ({@code linux/capabilities}). Applied by the identity step, because the kernel changes
 * the sets when the user changes.
 *
 * <p>Immutable.
 */
public final class CapabilityPolicy {
    /**
     * What package managers, service start-up scripts and servers that drop root need. Left out on purpose:
     * {@code NET_RAW} (forged packets; ping works without it), {@code MKNOD} (device nodes) and {@code AUDIT_WRITE}
     * (writes to the host's audit log).
     */
    public static final Set<Capability> DEFAULT = Collections.unmodifiableSet(EnumSet.of(
            CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, SYS_CHROOT, SETFCAP));

    static final String NAME = "linux/capabilities";
    static final String ALL = "ALL";

    private static final long EVERY = sum(EnumSet.allOf(Capability.class));

    private final AgentCapabilities agent;
    private final long unasked;
    private final boolean chosen;
    private final OptionalLong limit;

    /** A policy for an agent that has {@code agent} to give and an operator who has set nothing. */
    public CapabilityPolicy(AgentCapabilities agent) {
        this(agent, sum(DEFAULT), false, OptionalLong.empty());
    }

    /**
     * A policy.
     *
     * @param unasked what a task has that asks for nothing, as far as the agent has it
     * @param chosen whether the operator said so: a task of another user then has them too
     * @param limit what no task may exceed
     */
    private CapabilityPolicy(AgentCapabilities agent, long unasked, boolean chosen, OptionalLong limit) {
        this.agent = agent;
        this.unasked = unasked & agent.bits() & limit.orElse(EVERY);
        this.chosen = chosen;
        this.limit = limit;
    }

    /**
     * The policy of a setting: without {@code linux/capabilities} a task that asks for nothing has all of ours.
     *
     * @throws IsolationException if the flags contradict each other or name what the agent lacks
     */
    public static CapabilityPolicy of(IsolatorSetting setting, HostFacts host) {
        AgentCapabilities agent = AgentCapabilities.parse(host.processStatus());
        if (!setting.has(NAME)) {
            return new CapabilityPolicy(agent, EVERY, false, OptionalLong.empty());
        }
        Optional<List<String>> effective = setting.flags().get(CapabilityFlags.EFFECTIVE);
        Optional<List<String>> allowed = setting.flags().get(CapabilityFlags.ALLOWED);
        Optional<List<String>> bounding = setting.flags().get(CapabilityFlags.BOUNDING);
        if (effective.isPresent() && allowed.isPresent()) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use --allowed_capabilities with --effective_capabilities: they are the same; set the second");
        }
        CapabilityPolicy plain = new CapabilityPolicy(agent);
        Optional<List<String>> named = effective.or(() -> allowed);
        OptionalLong limit =
                bounding.isPresent() ? OptionalLong.of(plain.bitsOf(bounding.get())) : OptionalLong.empty();
        CapabilityPolicy bounded = new CapabilityPolicy(agent, 0, false, limit);
        long unasked = named.isPresent() ? bounded.bitsOf(named.get()) : sum(DEFAULT);
        if (named.isPresent()) {
            requireWithin(unasked, limit.orElse(EVERY), "use --effective_capabilities with", "--bounding_capabilities");
        }
        return new CapabilityPolicy(agent, unasked, named.isPresent(), limit);
    }

    /**
     * The bounding set of a task: what it, or a program it starts, can ever have.
     *
     * @throws IsolationException if a name is unknown, the agent itself lacks a requested capability, or it is more than
     *     the operator allows
     */
    public long granted(SecuritySpec security) {
        Optional<Set<String>> requested = security.extras().boundingCapabilities();
        long effective = effective(security);
        long bounding = requested.isPresent() ? bitsOf(requested.get()) : limit.orElse(effective);
        requireWithin(bounding, limit.orElse(EVERY), "grant", "--bounding_capabilities");
        requireWithin(effective, bounding, "grant", "the task's bounding set");
        return bounding;
    }

    private long effective(SecuritySpec security) {
        Optional<Set<String>> requested = security.capabilities();
        long effective = requested.isPresent() ? bitsOf(requested.get()) : unasked;
        requireWithin(effective, limit.orElse(EVERY), "grant", "--bounding_capabilities");
        return effective;
    }

    /**
     * The five sets of a task that runs as {@code uid}.
     *
     * <p>The inheritable set is empty unless the ambient set needs it: otherwise a file capability could raise what the
     * container's user was not given (CVE-2022-24769).
     */
    public CapabilitySets setsFor(SecuritySpec security, int uid) {
        long bounding = granted(security);
        long effective = effective(security);
        if (uid == 0) {
            return new CapabilitySets(bounding, effective, 0, 0);
        }
        if (chosen || security.capabilities().isPresent()) {
            return new CapabilitySets(bounding, effective, effective, effective);
        }
        return new CapabilitySets(bounding, 0, 0, 0);
    }

    private long bitsOf(Collection<String> names) {
        long bits = 0;
        for (String name : names) {
            bits |= requested(name);
        }
        return bits;
    }

    private long requested(String name) {
        if (name.equalsIgnoreCase(ALL)) {
            return agent.bits() & EVERY & limit.orElse(EVERY);
        }
        Capability capability = Capability.named(name)
                .orElseThrow(() -> new IsolationException(
                        Fault.USER_SPEC,
                        "cannot grant capability '" + name
                                + "': no such capability; use a name of capabilities(7) such as NET_BIND_SERVICE"));
        if (!agent.has(capability)) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot grant capability '" + capability + "': this process does not have it itself; run it as root"
                            + " with a full capability set");
        }
        return capability.bit();
    }

    private static void requireWithin(long bits, long bounds, String verb, String what) {
        for (Capability capability : Capability.values()) {
            if ((capability.bit() & bits & ~bounds) != 0) {
                throw new IsolationException(
                        Fault.USER_SPEC, "cannot " + verb + " capability '" + capability + "': it is not in " + what);
            }
        }
    }

    private static long sum(Set<Capability> capabilities) {
        long bits = 0;
        for (Capability capability : capabilities) {
            bits |= capability.bit();
        }
        return bits;
    }
}
