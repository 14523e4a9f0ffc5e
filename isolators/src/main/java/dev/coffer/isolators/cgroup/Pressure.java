package dev.coffer.isolators.cgroup;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * For how long tasks of a v2 cgroup waited for a resource; absent if the kernel does not measure it (boot with psi=1).
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html">Pressure stall information</a>
 */
final class Pressure {
    private static final String TOTAL = "total=";

    private Pressure() {}

    static void usage(Cgroup cgroup, String resource, Statistic some, Statistic full, Usage.Builder into) {
        Optional<String> text = ControlFile.text(cgroup, resource + ".pressure");
        if (text.isPresent()) {
            into.put(some, total(text.get(), "some"));
            into.put(full, total(text.get(), "full"));
        }
    }

    /** Nanoseconds of the line that begins with {@code kind}. */
    static OptionalLong total(String text, String kind) {
        int line = text.startsWith(kind) ? 0 : text.indexOf("\n" + kind);
        int at = line < 0 ? -1 : text.indexOf(TOTAL, line);
        if (at < 0) {
            return OptionalLong.empty();
        }
        OptionalLong micros = ControlFile.number(text, at + TOTAL.length());
        return micros.isEmpty() ? micros : OptionalLong.of(TimeUnit.MICROSECONDS.toNanos(micros.getAsLong()));
    }
}
