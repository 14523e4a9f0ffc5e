package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.HashSet;
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

    /** What is taken is read from the cgroups each time: other processes may have launched some. */
    @Override
    public synchronized void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (handles.primary().isEmpty()) {
            return;
        }
        Set<Long> taken = new HashSet<>();
        Cgroup root = cgroup.parent();
        for (String name : root.childNames()) {
            ControlFile.number(root.child(name), CLASS).ifPresent(taken::add);
        }
        for (long secondary = handles.first(); secondary <= handles.last(); secondary++) {
            long handle = (handles.primary().get() << SECONDARY_BITS) + secondary;
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
}
