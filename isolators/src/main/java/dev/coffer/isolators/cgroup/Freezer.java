package dev.coffer.isolators.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.util.concurrent.TimeUnit;

/**
 * Stops all processes of a container and lets them go on.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/freezer-subsystem.html">Cgroup freezer, v1</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files">cgroup.freeze</a>
 */
final class Freezer implements Controller {
    private static final String STATE_V1 = "freezer.state";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    @Override
    public String kernelName() {
        return "freezer";
    }

    /** Waits until the last process stands still; v1 is asked again, for a fork may slip through its first pass. */
    void freeze(Cgroup cgroup) throws ErrnoException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        write(cgroup, true);
        while (!isFrozen(cgroup)) {
            if (System.nanoTime() > deadline || !sleep()) {
                write(cgroup, false);
                throw new ErrnoException("freezing " + cgroup + ", of which a process does not stop", Errno.EBUSY);
            }
            if (isV1(cgroup)) {
                write(cgroup, true);
            }
        }
    }

    void thaw(Cgroup cgroup) throws ErrnoException {
        write(cgroup, false);
    }

    private static void write(Cgroup cgroup, boolean frozen) throws ErrnoException {
        if (isV1(cgroup)) {
            cgroup.write(STATE_V1, frozen ? "FROZEN" : "THAWED");
        } else {
            cgroup.write("cgroup.freeze", frozen ? "1" : "0");
        }
    }

    static boolean isFrozen(Cgroup cgroup) {
        return isV1(cgroup)
                ? ControlFile.text(cgroup, STATE_V1).orElse("").strip().equals("FROZEN")
                : ControlFile.keyed(cgroup, "cgroup.events", "frozen").orElse(0) == 1;
    }

    /** What is frozen in v1 cannot die, and so could not be removed. */
    @Override
    public void release(Cgroup cgroup) throws ErrnoException {
        if (isV1(cgroup) && !ControlFile.text(cgroup, STATE_V1).orElse("THAWED").startsWith("THAWED")) {
            thaw(cgroup);
        }
    }

    private static boolean isV1(Cgroup cgroup) {
        return cgroup.hierarchy().version() == Version.V1;
    }

    private static boolean sleep() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
