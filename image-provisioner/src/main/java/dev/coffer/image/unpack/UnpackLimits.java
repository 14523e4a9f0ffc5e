package dev.coffer.image.unpack;

/**
 * What one image may cost at most.
 *
 * @param maxBytes of all tars together, uncompressed
 * @param maxEntries of all layers together
 * @param maxRatio uncompressed to compressed bytes, judged after the first 64 MiB; gzip itself cannot exceed 1032
 */
public record UnpackLimits(long maxBytes, long maxEntries, int maxRatio) {
    public static final UnpackLimits DEFAULT = new UnpackLimits(32L << 30, 4_000_000, 1100);
}
