package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupFiles;
import java.util.OptionalLong;

/**
 * Which tasks the kernel kills first when the host itself is out of memory: those that have more than they requested.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_oom_score_adj.5.html">proc_pid_oom_score_adj(5)</a>
 */
final class OomScore {
    private static final String TOTAL = "MemTotal:";

    private OomScore() {}

    /** Leaves alone a task that may not have more than it requested. */
    static void adjust(long pid, Resources limits) throws ErrnoException {
        if (limits.requests().memoryBytes().isEmpty()) {
            return;
        }
        CgroupFiles files = CgroupFiles.kernel();
        OptionalLong adjustment = MemoryLimits.oomScoreAdjustment(limits, hostBytes(files.read("/proc/meminfo")));
        if (adjustment.isPresent()) {
            String score = Long.toString(adjustment.getAsLong());
            files.write("/proc/" + pid + "/oom_score_adj", score);
            // below init, the task waits at its gate already and inherits nothing any more
            String tasks =
                    files.read("/proc/" + pid + "/task/" + pid + "/children").strip();
            for (String task : tasks.isEmpty() ? new String[0] : tasks.split(" ", -1)) {
                files.write("/proc/" + task + "/oom_score_adj", score);
            }
        }
    }

    /** See <a href="https://man7.org/linux/man-pages/man5/proc_meminfo.5.html">proc_meminfo(5)</a>. */
    static long hostBytes(String meminfo) {
        int at = meminfo.indexOf(TOTAL) + TOTAL.length();
        while (meminfo.charAt(at) == ' ') {
            at++;
        }
        return ControlFile.number(meminfo, at).orElseThrow() << 10;
    }
}
