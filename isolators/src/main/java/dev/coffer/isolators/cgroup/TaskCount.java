package dev.coffer.isolators.cgroup;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.util.Optional;

/** Counts processes and threads, if the operator wants that: lists of them are long to read. */
final class TaskCount {
    private TaskCount() {}

    static void usage(Cgroup cgroup, Usage.Builder into) {
        put(cgroup, "cgroup.procs", Statistic.PROCESSES, into);
        String threads = cgroup.hierarchy().version() == Version.V1 ? "tasks" : "cgroup.threads";
        put(cgroup, threads, Statistic.THREADS, into);
    }

    private static void put(Cgroup cgroup, String file, Statistic statistic, Usage.Builder into) {
        Optional<String> text = ControlFile.text(cgroup, file);
        if (text.isPresent()) {
            into.put(statistic, text.get().chars().filter(c -> c == '\n').count());
        }
    }
}
