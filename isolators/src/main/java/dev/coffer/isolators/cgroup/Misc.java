package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
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
        limit(cgroup, limits);
    }
}
