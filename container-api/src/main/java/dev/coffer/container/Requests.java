package dev.coffer.container;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a container shall get even on a busy host; between its request and its limit it takes what others leave.
 *
 * @param cpus decides the share of processor time
 * @param memoryBytes is kept from being reclaimed for others as long as possible
 */
public record Requests(OptionalDouble cpus, OptionalLong memoryBytes) {
    public static final Requests NONE = new Requests(OptionalDouble.empty(), OptionalLong.empty());

    public Requests {
        if (cpus.isPresent() && !(cpus.getAsDouble() > 0 && cpus.getAsDouble() <= Resources.MAX_CPUS)) {
            throw new IllegalArgumentException("cpus requested must be more than 0, was " + cpus.getAsDouble());
        }
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() <= 0) {
            throw new IllegalArgumentException(
                    "memory requested must be more than 0 bytes, was " + memoryBytes.getAsLong());
        }
    }
}
