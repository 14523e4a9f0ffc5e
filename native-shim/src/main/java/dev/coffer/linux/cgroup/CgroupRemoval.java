package dev.coffer.linux.cgroup;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Empties and removes one cgroup tree: no more forks, SIGKILL to all, rmdir bottom-up, again until it is gone.
 *
 * <p>A killed process leaves its cgroup only when its exit is complete, so EBUSY is expected for a while.
 */
final class CgroupRemoval {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int NAMED_PROCESSES = 8;

    private final CgroupFiles files;
    private final Cgroup cgroup;
    private final String directory;

    CgroupRemoval(CgroupFiles files, Cgroup cgroup, String directory) {
        this.files = files;
        this.cgroup = cgroup;
        this.directory = directory;
    }

    void run(Duration patience) throws ErrnoException {
        if (rmdir(directory)) {
            return;
        }
        long deadline = System.nanoTime() + patience.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        forbidForks();
        while (true) {
            killAll();
            if (removeBottomUp(directory)) {
                return;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0 || !sleep(Math.min(pause, left))) {
                throw stillBusy();
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        }
    }

    /** Where the pids controller is, a fork bomb then cannot outrun the killing. */
    private void forbidForks() throws ErrnoException {
        try {
            cgroup.write("pids.max", "0");
        } catch (ErrnoException e) {
            if (!gone(e)) {
                throw e;
            }
        }
    }

    private void killAll() throws ErrnoException {
        Set<Long> pids = cgroup.processes();
        long self = ProcessHandle.current().pid();
        if (pids.contains(self)) {
            throw new ErrnoException(
                    "kill(" + self + "), which is this very process, found in " + directory, Errno.EPERM);
        }
        pids.remove(0L);
        if (!pids.isEmpty() && !killedByKernel()) {
            files.kill(pids, cgroup::processes);
        }
    }

    /**
     * Kills the whole tree at once where the kernel can: v2 since Linux 5.14.
     *
     * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#core-interface-files">cgroup.kill</a>
     */
    private boolean killedByKernel() throws ErrnoException {
        if (cgroup.hierarchy().version() == CgroupHierarchy.Version.V1) {
            return false;
        }
        try {
            cgroup.write("cgroup.kill", "1");
            return true;
        } catch (ErrnoException e) {
            if (gone(e) || e.is(Errno.ENOTSUP)) {
                return false;
            }
            throw e;
        }
    }

    private boolean removeBottomUp(String path) throws ErrnoException {
        List<String> children;
        try {
            children = files.directoriesIn(path);
        } catch (ErrnoException e) {
            if (gone(e)) {
                return true;
            }
            throw e;
        }
        for (String child : children) {
            removeBottomUp(path + "/" + child);
        }
        return rmdir(path);
    }

    /** Whether the directory is gone now. */
    private boolean rmdir(String path) throws ErrnoException {
        try {
            files.removeDirectory(path);
            return true;
        } catch (ErrnoException e) {
            // ENOTDIR: a control file of the parent has that name, so no cgroup does
            if (gone(e) || e.is(Errno.ENOTDIR)) {
                return true;
            }
            if (e.is(Errno.EBUSY) || e.is(Errno.ENOTEMPTY)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean gone(ErrnoException e) {
        return e.is(Errno.ENOENT) || e.is(Errno.ENODEV);
    }

    private static boolean sleep(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private ErrnoException stillBusy() throws ErrnoException {
        Set<Long> pids = cgroup.processes();
        if (pids.isEmpty()) {
            return new ErrnoException("rmdir(" + directory + "), which holds no process", Errno.EBUSY);
        }
        String named = pids.stream().limit(NAMED_PROCESSES).map(this::describe).collect(Collectors.joining(", "));
        String more = pids.size() > NAMED_PROCESSES ? " and " + (pids.size() - NAMED_PROCESSES) + " more" : "";
        return new ErrnoException("rmdir(" + directory + "), with " + named + more + " still inside", Errno.EBUSY);
    }

    /**
     * Pid, name and state, such as {@code 4711 (dd, D)}.
     *
     * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
     */
    private String describe(long pid) {
        try {
            String stat = files.read("/proc/" + pid + "/stat");
            int end = stat.lastIndexOf(')');
            String name = stat.substring(stat.indexOf('(') + 1, end);
            return pid + " (" + name.replaceAll("\\p{Cntrl}", "?") + ", " + stat.charAt(end + 2) + ")";
        } catch (ErrnoException | IndexOutOfBoundsException e) {
            return Long.toString(pid);
        }
    }
}
