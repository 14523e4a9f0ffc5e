package dev.coffer.isolators.cgroup;

import dev.coffer.container.Limitation;
import dev.coffer.container.Termination.Reason;
import java.util.Optional;
import java.util.OptionalLong;

/** What uses the memory of one container at one moment, in bytes. */
record MemoryBreakdown(
        OptionalLong total, OptionalLong peak, OptionalLong anon, OptionalLong file, OptionalLong kernel) {
    private static final int MB_SHIFT = 20;

    /** Whether about as much is in use as was then, a sixteenth less at most. */
    boolean isNoLessThan(Optional<MemoryBreakdown> earlier) {
        long then = earlier.isPresent() ? earlier.get().total.orElse(0) : 0;
        return total.orElse(0) >= then - then / 16;
    }

    /** Whether it was looked at before the kill; what is there after it does not tell what led to it. */
    boolean isTimely() {
        return total.orElse(0) >= peak.orElse(0) / 2;
    }

    /** What is left to say of a moment that is over. */
    MemoryBreakdown afterwards() {
        return new MemoryBreakdown(
                OptionalLong.empty(), peak, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /** As the Mesos agent tells of a memory limit: the limited resource is the most that was ever used, in MB. */
    Limitation limitation() {
        StringBuilder text = new StringBuilder();
        append(text, "in use", total);
        append(text, "at most", peak);
        append(text, "anonymous", anon);
        append(text, "files", file);
        append(text, "kernel", kernel);
        long most = Math.max(peak.orElse(0), total.orElse(0));
        return new Limitation(Reason.MEMORY_LIMIT, text.toString(), "mem:" + (most >> MB_SHIFT));
    }

    private static void append(StringBuilder text, String what, OptionalLong bytes) {
        if (bytes.isPresent()) {
            text.append(text.isEmpty() ? "" : ", ").append(what).append(' ').append(bytes.getAsLong());
        }
    }
}
