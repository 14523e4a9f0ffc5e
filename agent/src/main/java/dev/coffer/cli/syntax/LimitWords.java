package dev.coffer.cli.syntax;

import dev.coffer.container.Resources;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Limits, checked against what the host has and what the kernel can hold. Causes only; the caller names the option. */
record LimitWords(HostFacts host) {
    double cpus(String text) {
        double cpus;
        try {
            cpus = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number; write 0.5 or 2", e);
        }
        if (!(cpus > 0)) {
            throw new IllegalArgumentException("it must be more than 0");
        }
        int processors = host.processors().getAsInt();
        if (cpus > processors) {
            throw new IllegalArgumentException("this host has " + processors + " processors");
        }
        return cpus;
    }

    long memory(String text) {
        long bytes = Sizes.parse(text);
        if (bytes < Resources.MIN_MEMORY_BYTES) {
            throw new IllegalArgumentException("the minimum is 32 MB");
        }
        return bytes;
    }

    static long disk(String text) {
        long bytes = Sizes.parse(text);
        if (bytes <= 0) {
            throw new IllegalArgumentException("it must be more than 0");
        }
        return bytes;
    }

    long pids(String text) {
        long pids;
        try {
            pids = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a whole number", e);
        }
        if (pids <= 0) {
            throw new IllegalArgumentException("it must be more than 0");
        }
        return pids;
    }

    static Resources resources(Optional<Double> cpus, Optional<Long> memory, Optional<Long> pids) {
        return new Resources(
                cpus.isPresent() ? OptionalDouble.of(cpus.get()) : OptionalDouble.empty(),
                memory.isPresent() ? OptionalLong.of(memory.get()) : OptionalLong.empty(),
                pids.isPresent() ? OptionalLong.of(pids.get()) : OptionalLong.empty());
    }
}
