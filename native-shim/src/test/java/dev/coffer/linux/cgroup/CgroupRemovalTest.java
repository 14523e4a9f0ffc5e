package dev.coffer.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CgroupRemovalTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Map<String, String> contents = new HashMap<>();
    private final ScriptedFiles files = new ScriptedFiles(contents);

    private Cgroup cgroup(String type) throws ErrnoException {
        contents.put("/cg/cgroup.controllers", "pids");
        String mountinfo = "39 31 0:36 / /cg rw - " + type + " " + type + " rw,pids\n";
        return CgroupHierarchies.of(mountinfo, "", files)
                .carrying("pids")
                .orElseThrow()
                .cgroup("c1");
    }

    @Test
    void removesAnEmptyCgroupInOneCall() throws ErrnoException {
        cgroup("cgroup").removeTree(SHORT);
        assertThat(files.journal).containsExactly("rmdir /cg/c1");
    }

    @Test
    void takesACgroupThatIsGoneForRemoved() throws ErrnoException {
        files.busyTimes = 1;
        files.busyErrno = Errno.ENOENT;
        cgroup("cgroup").removeTree(SHORT);
        assertThat(files.journal).hasSize(1);
    }

    @Test
    void triesAgainWhileKilledProcessesAreLeaving() throws ErrnoException {
        files.busyTimes = 5;
        cgroup("cgroup").removeTree(LONG);
        assertThat(files.journal).filteredOn("rmdir /cg/c1"::equals).hasSize(6);
    }

    @Test
    void killsByTheKernelWhereItCanAndOneByOneElsewhere() throws ErrnoException {
        contents.put("/cg/c1/cgroup.procs", "41\n42\n");
        contents.put("/cg/c1/pids.max", "max");
        files.busyTimes = 1;
        cgroup("cgroup").removeTree(SHORT);
        assertThat(files.journal)
                .containsExactly("rmdir /cg/c1", "write /cg/c1/pids.max 0", "kill [41, 42]", "rmdir /cg/c1");

        files.journal.clear();
        contents.put("/cg/c1/cgroup.kill", "");
        files.busyTimes = 1;
        cgroup("cgroup2").removeTree(SHORT);
        assertThat(files.journal)
                .containsExactly(
                        "rmdir /cg/c1", "write /cg/c1/pids.max 0", "write /cg/c1/cgroup.kill 1", "rmdir /cg/c1");
    }

    @Test
    void namesWhoIsStillInsideWhenPatienceRunsOut() throws ErrnoException {
        contents.put("/cg/c1/cgroup.procs", "41\n42\n");
        contents.put("/proc/41/stat", "41 (my (odd) name) D 1 41 41 0");
        files.busyTimes = Integer.MAX_VALUE;
        Cgroup cgroup = cgroup("cgroup");
        assertThatThrownBy(() -> cgroup.removeTree(SHORT))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("rmdir(/cg/c1), with 41 (my (odd) name, D), 42 still inside: errno 16 EBUSY (Device or"
                        + " resource busy)");
    }

    @Test
    void neverKillsItself() throws ErrnoException {
        contents.put("/cg/c1/cgroup.procs", ProcessHandle.current().pid() + "\n");
        files.busyTimes = Integer.MAX_VALUE;
        Cgroup cgroup = cgroup("cgroup2");
        assertThatThrownBy(() -> cgroup.removeTree(SHORT)).hasMessageContaining("this very process, found in /cg/c1");
        assertThat(files.journal).noneMatch(line -> line.startsWith("kill") || line.contains("cgroup.kill"));
    }

    @Test
    void neverSignalsProcessesOfAnotherPidNamespaceByTheirZero() throws ErrnoException {
        contents.put("/cg/c1/cgroup.procs", "0\n0\n");
        files.busyTimes = 2;
        cgroup("cgroup").removeTree(LONG);
        assertThat(files.journal).noneMatch(line -> line.startsWith("kill"));
    }

    @Test
    void refusesChildNamesThatLeadElsewhere() throws ErrnoException {
        Cgroup cgroup = cgroup("cgroup");
        for (String name : new String[] {"", ".", "..", "a/b"}) {
            assertThatThrownBy(() -> cgroup.child(name)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
