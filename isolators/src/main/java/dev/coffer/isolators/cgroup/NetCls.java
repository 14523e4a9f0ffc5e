package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Marks packets by class, {@code primary << 16 | secondary}, with a secondary number that no other container has. Without a
 * primary number only puts containers into cgroups of their own.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/net_cls.html">Network classifier cgroup</a>
 */
final class NetCls implements Controller {
    private static final String CLASS = "net_cls.classid";
    private static final int SECONDARY_BITS = 16;

    private final NetHandles handles;

    NetCls(NetHandles handles) {
        this.handles = handles;
    }

    @Override
    public String kernelName() {
        return "net_cls";
    }

    /**
     * What is taken is read from the cgroups each time: other processes may have launched some, and while one looks for a
     * handle all others wait.
     */
    @Override
    public synchronized void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (handles.primary().isPresent()) {
            cgroup.parent().locked(() -> take(cgroup, handles.primary().get()));
        }
    }

    private void take(Cgroup cgroup, long primary) throws ErrnoException {
        Set<Long> taken = new HashSet<>();
        Cgroup root = cgroup.parent();
        for (String name : root.childNames()) {
            ControlFile.number(root.child(name), CLASS).ifPresent(taken::add);
        }
        for (long secondary = handles.first(); secondary <= handles.last(); secondary++) {
            long handle = (primary << SECONDARY_BITS) + secondary;
            if (!taken.contains(handle)) {
                cgroup.write(CLASS, Long.toString(handle));
                return;
            }
        }
        throw new ErrnoException(
                "taking one of the secondary handles " + handles.first() + " to " + handles.last()
                        + ", which all are in use (see --cgroups_net_cls_secondary_handles)",
                Errno.EAGAIN);
    }

    /** What its packets are marked with, if they are. */
    static OptionalLong classOf(Cgroup cgroup) {
        OptionalLong handle = ControlFile.number(cgroup, CLASS);
        return handle.orElse(0) == 0 ? OptionalLong.empty() : handle;
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        into.put(Statistic.NET_CLS_CLASSID, classOf(cgroup));
    }
}
