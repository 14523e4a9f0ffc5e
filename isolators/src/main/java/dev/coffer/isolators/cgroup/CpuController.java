package dev.coffer.isolators.cgroup;

import java.math.BigDecimal;

/** The arithmetic of {@code cgroups/cpu}, in decimal so that 0.29 processors are 29000 µs and not 28999. */
final class CpuController {
    static final long PERIOD_MICROS = 100_000;

    private static final long MIN_QUOTA_MICROS = 1_000;

    private CpuController() {}

    static long quotaMicros(double cpus) {
        return Math.max(times(PERIOD_MICROS, cpus), MIN_QUOTA_MICROS);
    }

    /** {@code unit} per processor, rounded down. */
    static long times(long unit, double cpus) {
        return BigDecimal.valueOf(cpus).multiply(BigDecimal.valueOf(unit)).longValue();
    }
}
