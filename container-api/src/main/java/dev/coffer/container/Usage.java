package dev.coffer.container;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Resource use of one container. A figure the host cannot give is absent, never 0. Immutable. */
@SuppressWarnings("EnumOrdinal") // never leaves this class; an array costs a tenth of a map
public final class Usage {
    /** No figure is ever that small. */
    private static final long ABSENT = Long.MIN_VALUE;

    private static final int SIZE = Statistic.values().length;

    public static final Usage UNKNOWN = new Builder().build();

    private final long[] figures;
    private final List<Labelled> labelled;

    private Usage(long[] figures, List<Labelled> labelled) {
        this.figures = figures;
        this.labelled = labelled;
    }

    /**
     * A figure of which there is one per device, volume, interface or event.
     *
     * @param label which one
     */
    public record Labelled(Statistic statistic, String label, long figure) {}

    public OptionalLong get(Statistic statistic) {
        long figure = figures[statistic.ordinal()];
        return figure == ABSENT ? OptionalLong.empty() : OptionalLong.of(figure);
    }

    public List<Labelled> labelled() {
        return labelled;
    }

    /** Processor time used. */
    public OptionalLong cpuNanos() {
        return get(Statistic.CPUS_TIME);
    }

    /** Time spent waiting for the next period because of the cpu limit. */
    public OptionalLong throttledNanos() {
        return get(Statistic.CPUS_THROTTLED_TIME);
    }

    /** Memory in use, page cache included. */
    public OptionalLong memoryBytes() {
        return get(Statistic.MEM_TOTAL);
    }

    /** The limit in force. */
    public OptionalLong memoryLimitBytes() {
        return get(Statistic.MEM_LIMIT);
    }

    /** Processes the kernel killed for memory, sub-cgroups included. */
    public OptionalLong oomKills() {
        return get(Statistic.OOM_KILLS);
    }

    /** Processes and threads that exist. */
    public OptionalLong pids() {
        return get(Statistic.PIDS);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Usage usage && Arrays.equals(figures, usage.figures) && labelled.equals(usage.labelled);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(figures) + labelled.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Usage[");
        for (Statistic statistic : Statistic.values()) {
            long figure = figures[statistic.ordinal()];
            if (figure != ABSENT) {
                text.append(statistic.label()).append('=').append(figure).append(' ');
            }
        }
        return text.append(labelled).append(']').toString();
    }

    /** Gathers figures from several sources; the first to give one wins. For one thread. */
    public static final class Builder {
        private final long[] figures = new long[SIZE];
        private List<Labelled> labelled = List.of();

        public Builder() {
            Arrays.fill(figures, ABSENT);
        }

        /** Has no effect if the figure is known already. */
        public Builder put(Statistic statistic, long figure) {
            int at = statistic.ordinal();
            if (figures[at] == ABSENT) {
                figures[at] = figure;
            }
            return this;
        }

        /** Has no effect if the figure is absent. */
        public Builder put(Statistic statistic, OptionalLong figure) {
            return figure.isPresent() ? put(statistic, figure.getAsLong()) : this;
        }

        /** One of several figures of the same kind. */
        public Builder put(Statistic statistic, String label, long figure) {
            if (labelled.isEmpty()) {
                labelled = new ArrayList<>();
            }
            labelled.add(new Labelled(statistic, label, figure));
            return this;
        }

        /** One of several figures of the same kind; has no effect if it is absent. */
        public Builder put(Statistic statistic, String label, OptionalLong figure) {
            return figure.isPresent() ? put(statistic, label, figure.getAsLong()) : this;
        }

        /** Whether somebody has given it. */
        public boolean has(Statistic statistic) {
            return figures[statistic.ordinal()] != ABSENT;
        }

        public Usage build() {
            return new Usage(figures.clone(), List.copyOf(labelled));
        }
    }
}
