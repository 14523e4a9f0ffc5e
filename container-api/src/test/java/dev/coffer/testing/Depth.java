package dev.coffer.testing;

import java.util.Random;

/**
 * How thorough this run is. A test asks for the full count and gets what the run affords, so that {@code ./dev check}
 * and {@code ./dev soak} run the same tests.
 */
public enum Depth {
    CHECK,
    SOAK;

    private static final int SHARE_OF_A_CHECK = 10;
    private static final int LEAST = 3;

    /** From {@code -Dcoffer.depth}; an IDE that sets nothing gets CHECK. */
    public static Depth present() {
        return "soak".equals(System.getProperty("coffer.depth")) ? SOAK : CHECK;
    }

    /** A tenth of the full count in a check, rounded up, and never fewer than three. */
    public int count(int full) {
        return this == SOAK ? full : Math.max(LEAST, (full + SHARE_OF_A_CHECK - 1) / SHARE_OF_A_CHECK);
    }

    /** The seed of this run: fixed in a check, drawn and printed by {@code ./dev soak}. */
    public static long seed() {
        return Long.getLong("coffer.seed", 20261122L);
    }

    /** A generator seeded for this run. Tests that draw from it name {@link #seed()} in their failure messages. */
    public static Random random() {
        return new Random(seed());
    }
}
