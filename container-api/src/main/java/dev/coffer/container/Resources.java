package dev.coffer.container;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Limits of one container, and what it shall get below them. An empty limit is not enforced.
 *
 * @param cpus processor time per wall time, 0.5 being half of one processor; infinite for none whatever is requested
 * @param memoryBytes hard limit; the effective limit is never below {@link #MIN_MEMORY_BYTES}; {@link
 *     #INFINITE_MEMORY} for none whatever is requested
 * @param pids processes and threads that may exist at once
 * @param diskBytes what its sandbox and the writable layer of its root file system may take
 */
public record Resources(
        OptionalDouble cpus,
        OptionalLong memoryBytes,
        OptionalLong pids,
        Requests requests,
        Tuning tuning,
        OptionalLong diskBytes) {
    /** Smallest memory limit that is ever written, 32 MB, as in the Mesos agent. */
    public static final long MIN_MEMORY_BYTES = 32L << 20;

    public static final long INFINITE_MEMORY = Long.MAX_VALUE;

    static final double MAX_CPUS = 1_000_000;

    public static final Resources UNLIMITED =
            new Resources(OptionalDouble.empty(), OptionalLong.empty(), OptionalLong.empty());

    public Resources {
        if (cpus.isPresent() && !isCpus(cpus.getAsDouble())) {
            throw new IllegalArgumentException("cpus must be more than 0, was " + cpus.getAsDouble());
        }
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("memory must be more than 0 bytes, was " + memoryBytes.getAsLong());
        }
        if (pids.isPresent() && pids.getAsLong() <= 0) {
            throw new IllegalArgumentException("pids must be more than 0, was " + pids.getAsLong());
        }
        if (requests.cpus().orElse(0) > cpus.orElse(Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("cpus requested must not be more than the limit of "
                    + cpus.getAsDouble() + ", were "
                    + requests.cpus().getAsDouble());
        }
        if (requests.memoryBytes().orElse(0) > memoryBytes.orElse(INFINITE_MEMORY)) {
            throw new IllegalArgumentException(
                    "memory requested must not be more than the limit of " + memoryBytes.getAsLong() + " bytes, was "
                            + requests.memoryBytes().getAsLong());
        }
        if (diskBytes.isPresent() && diskBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException("disk must be more than 0 bytes, was " + diskBytes.getAsLong());
        }
    }

    /** The same with this limit of disk space. */
    public Resources withDisk(long bytes) {
        return new Resources(cpus, memoryBytes, pids, requests, tuning, OptionalLong.of(bytes));
    }

    /** Limits alone. */
    public Resources(OptionalDouble cpus, OptionalLong memoryBytes, OptionalLong pids) {
        this(cpus, memoryBytes, pids, Requests.NONE, Tuning.NONE, OptionalLong.empty());
    }

    private static boolean isCpus(double cpus) {
        return cpus > 0 && (cpus <= MAX_CPUS || Double.isInfinite(cpus));
    }

    /** The same with these requests. */
    public Resources with(Requests other) {
        return new Resources(cpus, memoryBytes, pids, other, tuning, diskBytes);
    }

    /** The same with this tuning. */
    public Resources with(Tuning other) {
        return new Resources(cpus, memoryBytes, pids, requests, other, diskBytes);
    }

    /**
     * The limits as they are enforced: memory requested is the limit too if there is none, and both are raised to {@link
     * #MIN_MEMORY_BYTES}.
     */
    public Resources effective() {
        OptionalLong limit = memoryBytes.isPresent() ? memoryBytes : requests.memoryBytes();
        return new Resources(
                cpus,
                raised(limit),
                pids,
                new Requests(requests.cpus(), raised(requests.memoryBytes())),
                tuning,
                diskBytes);
    }

    private static OptionalLong raised(OptionalLong bytes) {
        return bytes.isEmpty() ? bytes : OptionalLong.of(Math.max(bytes.getAsLong(), MIN_MEMORY_BYTES));
    }
}
