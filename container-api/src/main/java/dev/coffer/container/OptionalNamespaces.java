package dev.coffer.container;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Namespaces that a container has only if somebody asks for them.
 *
 * @param clocks how far the container's clocks are off the host's
 */
public record OptionalNamespaces(Users users, Optional<ClockOffsets> clocks) {
    public static final OptionalNamespaces NONE = new OptionalNamespaces(Users.BY_FLAG, Optional.empty());

    /** The same with these clocks. */
    public OptionalNamespaces with(ClockOffsets offsets) {
        return new OptionalNamespaces(users, Optional.of(offsets));
    }

    /** The same with these users. */
    public OptionalNamespaces with(Users others) {
        return new OptionalNamespaces(others, clocks);
    }

    /**
     * Who the users of the container are on the host.
     *
     * @param count how many there are, root included; empty for what the operator has set
     */
    public record Users(Mode mode, OptionalLong count) {
        /** As the operator has it for all containers. */
        public static final Users BY_FLAG = new Users(Mode.BY_FLAG, OptionalLong.empty());

        public static final Users HOST = new Users(Mode.HOST, OptionalLong.empty());
        public static final Users AUTO = new Users(Mode.AUTO, OptionalLong.empty());
        public static final Users SHARED = new Users(Mode.SHARED, OptionalLong.empty());

        private static final long MOST = 1L << 31;

        public Users {
            if (count.isPresent() && (mode != Mode.AUTO || count.getAsLong() < 1 || count.getAsLong() > MOST)) {
                throw new IllegalArgumentException("a number of users goes with mode AUTO and is from 1 to " + MOST
                        + ", was " + count.getAsLong());
            }
        }
    }

    /** Where the users come from. */
    public enum Mode {
        /** What the operator has set. */
        BY_FLAG,
        /** They are the host's: no user namespace. */
        HOST,
        /** They are users of the host that nobody else is. */
        AUTO,
        /** They are the same as those of all other containers of this mode. */
        SHARED
    }

    /**
     * What is added to the host's clocks, may be negative.
     *
     * @param boottime also what {@code /proc/uptime} tells
     * @see <a href="https://man7.org/linux/man-pages/man7/time_namespaces.7.html">time_namespaces(7)</a>
     */
    public record ClockOffsets(Duration boottime, Duration monotonic) {}
}
