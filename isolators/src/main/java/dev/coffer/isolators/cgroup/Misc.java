package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.Map;

/**
 * Countable things of a host that have no controller of their own.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#misc">Misc</a>
 */
final class Misc implements Controller {
    @Override
    public String kernelName() {
        return "misc";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        for (Map.Entry<String, Long> limit : limits.tuning().misc().entrySet()) {
            cgroup.write("misc.max", limit.getKey() + " " + limit.getValue());
        }
    }

    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        for (String line : ControlFile.text(cgroup, "misc.max").orElse("").split("\n", -1)) {
            if (!line.isEmpty()) {
                cgroup.write("misc.max", line.substring(0, line.indexOf(' ')) + " max");
            }
        }
        limit(cgroup, limits);
    }

    /** Lines {@code name 3}. */
    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        for (String line : ControlFile.text(cgroup, "misc.current").orElse("").split("\n", -1)) {
            int blank = line.indexOf(' ');
            if (blank > 0) {
                into.put(Statistic.MISC, line.substring(0, blank), ControlFile.number(line, blank + 1));
            }
        }
    }
}
