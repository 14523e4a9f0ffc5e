package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import java.math.BigDecimal;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The arithmetic of {@code cgroups/cpu}, in decimal so that 0.29 processors are 29000 µs and not 28999. */
final class CpuController {
    /** Also the kernel's default. */
    static final long PERIOD_MICROS = 100_000;

    private static final long MIN_QUOTA_MICROS = 1_000;
    private static final long SHARES_PER_CPU = 1024;
    private static final long SHARES_PER_REVOCABLE_CPU = 10;
    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 262_144;
    private static final long WEIGHT_PER_CPU = 100;
    private static final long MAX_WEIGHT = 10_000;

    private final boolean cfs;
    private final boolean revocableLow;

    /**
     * What two flags say.
     *
     * @param cfs whether a request alone is a cap too
     * @param revocableLow whether revocable processors count little
     */
    CpuController(boolean cfs, boolean revocableLow) {
        this.cfs = cfs;
        this.revocableLow = revocableLow;
    }

    /** Relative to other cgroups; empty if nothing is asked. */
    OptionalLong shares(Resources limits) {
        OptionalDouble cpus = asked(limits);
        if (cpus.isEmpty()) {
            return OptionalLong.empty();
        }
        long unit = isLow(limits) ? SHARES_PER_REVOCABLE_CPU : SHARES_PER_CPU;
        return OptionalLong.of(clip(times(unit, cpus.getAsDouble()), MIN_SHARES, MAX_SHARES));
    }

    /** As {@link #shares} for v2. */
    OptionalLong weight(Resources limits) {
        OptionalDouble cpus = asked(limits);
        if (cpus.isEmpty()) {
            return OptionalLong.empty();
        }
        long unit = isLow(limits) ? 1 : WEIGHT_PER_CPU;
        return OptionalLong.of(clip(times(unit, cpus.getAsDouble()), 1, MAX_WEIGHT));
    }

    private boolean isLow(Resources limits) {
        return revocableLow && limits.tuning().cpu().revocable();
    }

    private static long clip(long value, long least, long most) {
        return Math.min(Math.max(value, least), most);
    }

    /** The request, else the limit. */
    private static OptionalDouble asked(Resources limits) {
        OptionalDouble asked =
                limits.requests().cpus().isPresent() ? limits.requests().cpus() : limits.cpus();
        return Double.isInfinite(asked.orElse(0)) ? OptionalDouble.empty() : asked;
    }

    /** Microseconds of each period; empty for no cap. */
    OptionalLong quota(Resources limits) {
        OptionalDouble cpus = limits.cpus();
        if (cpus.isEmpty() && cfs) {
            cpus = limits.requests().cpus();
        }
        return cpus.isEmpty() || Double.isInfinite(cpus.getAsDouble())
                ? OptionalLong.empty()
                : OptionalLong.of(quotaMicros(cpus.getAsDouble()));
    }

    /** What a period may borrow; the kernel takes no more than the quota. */
    long burst(Resources limits) {
        return Math.min(
                limits.tuning().cpu().burstMicros().orElse(0), quota(limits).orElse(0));
    }

    static long quotaMicros(double cpus) {
        return Math.max(times(PERIOD_MICROS, cpus), MIN_QUOTA_MICROS);
    }

    /** {@code unit} per processor, rounded down. */
    static long times(long unit, double cpus) {
        return BigDecimal.valueOf(cpus).multiply(BigDecimal.valueOf(unit)).longValue();
    }
}
