package dev.coffer.container;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Limits of one container. An empty limit is not enforced.
 *
 * @param cpus processor time per wall time, 0.5 being half of one processor
 * @param memoryBytes hard limit; the effective limit is never below {@link #MIN_MEMORY_BYTES}
 * @param pids processes and threads that may exist at once
 */
public record Resources(OptionalDouble cpus, OptionalLong memoryBytes, OptionalLong pids) {
    /** Smallest memory limit that is ever written, 32 MB, as in the Mesos agent. */
    public static final long MIN_MEMORY_BYTES = 32L << 20;

    public static final Resources UNLIMITED =
            new Resources(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.empty());

    public Resources {
        if (cpus.isPresent() && !(cpus.getAsDouble() > 0 && cpus.getAsDouble() <= 1_000_000)) {
            throw new IllegalArgumentException("cpus must be more than 0, was " + cpus.getAsDouble());
        }
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("memory must be more than 0 bytes, was " + memoryBytes.getAsLong());
        }
        if (pids.isPresent() && pids.getAsLong() <= 0) {
            throw new IllegalArgumentException("pids must be more than 0, was " + pids.getAsLong());
        }
    }

    /** The limits as they are enforced: memory raised to {@link #MIN_MEMORY_BYTES}. */
    public Resources effective() {
        if (memoryBytes.isEmpty() || memoryBytes.getAsLong() >= MIN_MEMORY_BYTES) {
            return this;
        }
        return new Resources(cpus, OptionalLong.of(MIN_MEMORY_BYTES), pids);
    }
}
