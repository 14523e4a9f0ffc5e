package dev.coffer.isolators.network.ports;

import dev.coffer.flag.Flag;
import dev.coffer.flag.NumberRange;
import dev.coffer.flag.Syntax;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Flags of {@code network/ports}. */
final class PortsFlags {
    private static final int MAX_PORT = 65535;

    static final Flag<Duration> INTERVAL = Flag.of(
            "container_ports_watch_interval", Syntax.duration(), "30secs", "Pause between two looks at open ports.");

    static final Flag<Boolean> ENFORCE = Flag.of(
            "enforce_container_ports",
            Syntax.bool(),
            "false",
            "End a container that listens on a port that is not its own, instead of only logging it.");

    static final Flag<Boolean> AGENT_RANGE_ONLY =
            Flag.of("check_agent_port_range_only", Syntax.bool(), "false", "Look only at ports of agent_port_range.");

    static final Flag<Optional<List<NumberRange>>> ISOLATED_RANGE = Flag.optional(
                    "container_ports_isolated_range",
                    Syntax.ranges(1, MAX_PORT),
                    "Look only at these ports; not with check_agent_port_range_only.")
            .whenUnset("all ports");

    static final Flag<List<NumberRange>> AGENT_RANGE = Flag.of(
                    "agent_port_range",
                    Syntax.ranges(1, MAX_PORT),
                    "[31000-32000]",
                    "The ports that this agent hands out, the Mesos agent's default for its ports resource.")
            .notInMesos();

    static final Flag<Boolean> UDP = Flag.of(
                    "container_ports_udp", Syntax.bool(), "false", "Look at bound UDP ports as well as at TCP ones.")
            .notInMesos();

    static final List<Flag<?>> ALL = List.of(INTERVAL, ENFORCE, AGENT_RANGE_ONLY, ISOLATED_RANGE, AGENT_RANGE, UDP);

    private PortsFlags() {}
}
