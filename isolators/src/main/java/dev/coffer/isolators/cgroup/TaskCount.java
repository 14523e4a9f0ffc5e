package dev.coffer.isolators.cgroup;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import dev.coffer.linux.cgroup.ControlText;
import java.util.OptionalLong;

/** Counts processes and threads, if the operator wants that: lists of them are long to read. */
final class TaskCount {
    private TaskCount() {}

    static void usage(Cgroup cgroup, Usage.Builder into) {
        put(cgroup, "cgroup.procs", Statistic.PROCESSES, into);
        String threads = cgroup.hierarchy().version() == Version.V1 ? "tasks" : "cgroup.threads";
        put(cgroup, threads, Statistic.THREADS, into);
    }

    private static void put(Cgroup cgroup, String file, Statistic statistic, Usage.Builder into) {
        OptionalLong count = count(cgroup, file);
        into.put(statistic, count);
    }

    /** Of what it has itself, and of what those below it have that it has made. */
    private static OptionalLong count(Cgroup cgroup, String file) {
        ControlText text = cgroup.text(file);
        if (!text.isPresent()) {
            return OptionalLong.empty();
        }
        long count = 0;
        for (int line = 0; line < text.length(); line = text.end(line) + 1) {
            count++;
        }
        try {
            for (String name : cgroup.childNames()) {
                count += count(cgroup.child(name), file).orElse(0);
            }
        } catch (ErrnoException e) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(count);
    }
}
