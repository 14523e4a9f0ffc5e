package dev.coffer.isolators.network.ports;

import dev.coffer.flag.NumberRange;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which ports are nobody's business.
 *
 * @param examined the only ports looked at; empty for all
 */
record PortRules(Optional<List<NumberRange>> examined) {
    /** Whether a container with these ports must not listen on this one. */
    boolean forbids(int port, List<NumberRange> own) {
        return (examined.isEmpty() || contains(examined.get(), port)) && !contains(own, port);
    }

    private static boolean contains(List<NumberRange> ranges, int port) {
        for (NumberRange range : ranges) {
            if (range.contains(port)) {
                return true;
            }
        }
        return false;
    }

    /** {@code [80-80,31000-31005]}, as a flag is written. */
    static String text(List<NumberRange> ranges) {
        return ranges.stream().map(NumberRange::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
