package dev.coffer.isolators.cgroup;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.ControlText;
import java.util.OptionalLong;

/**
 * For how long tasks of a v2 cgroup waited for a resource; absent if the kernel does not measure it (boot with psi=1).
 *
 * @see <a href="https://docs.kernel.org/accounting/psi.html">Pressure stall information</a>
 */
final class Pressure {
    private static final String TOTAL = "total=";

    private Pressure() {}

    static void usage(Cgroup cgroup, String resource, Statistic some, Statistic full, Usage.Builder into) {
        ControlText text = cgroup.text(resource + ".pressure");
        into.put(some, total(text, "some"));
        into.put(full, total(text, "full"));
    }

    /** Nanoseconds of the line that begins with {@code kind}. */
    static OptionalLong total(ControlText text, String kind) {
        for (int line = 0; line < text.length(); line = text.end(line) + 1) {
            int at = text.lineBegins(line, kind) ? text.indexOf(TOTAL, line) : -1;
            if (at >= 0) {
                return CpuV1.nanos(text.number(at + TOTAL.length()));
            }
        }
        return OptionalLong.empty();
    }
}
