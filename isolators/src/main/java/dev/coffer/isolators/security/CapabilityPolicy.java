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
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
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

    private static final String ALL = "ALL";

    private final AgentCapabilities agent;
    private final long unasked;

    /** A policy for an agent that has {@code agent} to give. */
    public CapabilityPolicy(AgentCapabilities agent) {
        this(agent, bitsOf(DEFAULT));
    }

    private CapabilityPolicy(AgentCapabilities agent, long unasked) {
        this.agent = agent;
        this.unasked = unasked;
    }

    /** The policy of a setting: without {@code linux/capabilities} a task that asks for nothing has all of ours. */
    public static CapabilityPolicy of(IsolatorSetting setting, HostFacts host) {
        AgentCapabilities agent = AgentCapabilities.parse(host.processStatus());
        return setting.has(NAME)
                ? new CapabilityPolicy(agent)
                : new CapabilityPolicy(agent, bitsOf(EnumSet.allOf(Capability.class)));
    }

    /**
     * The bounding set of a task: what it, or a program it starts, can ever have.
     *
     * @throws IsolationException if a name is unknown or the agent itself lacks a requested capability
     */
    public long granted(SecuritySpec security) {
        Optional<Set<String>> requested = security.capabilities();
        if (requested.isPresent()) {
            long bits = 0;
            for (String name : requested.get()) {
                bits |= requested(name);
            }
            return bits;
        }
        return unasked & agent.bits();
    }

    /**
     * The five sets of a task that runs as {@code uid}.
     *
     * <p>The inheritable set is empty unless the ambient set needs it: otherwise a file capability could raise what the
     * container's user was not given (CVE-2022-24769).
     */
    public CapabilitySets setsFor(SecuritySpec security, int uid) {
        long granted = granted(security);
        if (uid == 0) {
            return new CapabilitySets(granted, granted, 0, 0);
        }
        if (security.capabilities().isPresent()) {
            return new CapabilitySets(granted, granted, granted, granted);
        }
        return new CapabilitySets(granted, 0, 0, 0);
    }

    private long requested(String name) {
        if (name.equalsIgnoreCase(ALL)) {
            return agent.bits() & bitsOf(EnumSet.allOf(Capability.class));
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

    private static long bitsOf(Set<Capability> capabilities) {
        long bits = 0;
        for (Capability capability : capabilities) {
            bits |= capability.bit();
        }
        return bits;
    }
}
