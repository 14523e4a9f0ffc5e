package dev.coffer.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Handles on the cgroups of the running kernel, in whatever hierarchy carries the pids controller. */
final class CgroupKernelIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<Process> started = new ArrayList<>();
    private Cgroup root;

    @BeforeEach
    void makeRoot() throws ErrnoException {
        CgroupHierarchy hierarchy = CgroupHierarchies.detect().carrying("pids").orElseThrow();
        root = hierarchy.prepare("coffer-it-" + ProcessHandle.current().pid(), Set.of("pids"));
    }

    @AfterEach
    void removeRoot() throws ErrnoException {
        started.forEach(Process::destroyForcibly);
        root.removeTree(PATIENCE);
        assertThat(root.exists()).isFalse();
    }

    /** Runs a script in {@code cgroup}; its first line is read before the script starts. */
    private Process startIn(Cgroup cgroup, String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-c", "read go; " + script).start();
        started.add(process);
        cgroup.write("cgroup.procs", Long.toString(process.pid()));
        process.outputWriter().append("go\n").flush();
        return process;
    }

    private Cgroup created(String name) throws ErrnoException {
        Cgroup cgroup = root.child(name);
        cgroup.create();
        return cgroup;
    }

    @Test
    void makesWritesReadsListsAndRemoves() throws ErrnoException {
        Cgroup cgroup = created("c1");
        cgroup.write("pids.max", "17");
        assertThat(cgroup.read("pids.max")).isEqualTo("17\n");
        assertThat(cgroup.exists()).isTrue();
        assertThat(root.childNames()).containsExactly("c1");
        assertThat(cgroup.childNames()).isEmpty();
        cgroup.removeTree(Duration.ZERO);
        assertThat(cgroup.exists()).isFalse();
        assertThat(cgroup.childNames()).isEmpty();
        cgroup.removeTree(Duration.ZERO);
    }

    @Test
    void namesPathValueAndErrnoOfWhatFails() throws ErrnoException {
        Cgroup cgroup = created("c1");
        assertThatThrownBy(() -> cgroup.write("pids.max", "many"))
                .hasMessage("write(" + cgroup + "/pids.max, \"many\"): errno 22 EINVAL (Invalid argument)");
        assertThatThrownBy(() -> cgroup.write("pids.none", "1"))
                .hasMessage("write(" + cgroup + "/pids.none, \"1\"): errno 2 ENOENT (No such file or directory)");
        assertThatThrownBy(() -> cgroup.read("pids.none"))
                .hasMessageContaining("open(" + cgroup + "/pids.none): errno 2");
        assertThatThrownBy(cgroup::create)
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(Errno.EEXIST)).isTrue());
        assertThatThrownBy(() -> root.child("missing").child("c2").create())
                .isInstanceOfSatisfying(
                        ErrnoException.class,
                        e -> assertThat(e.is(Errno.ENOENT)).isTrue());
    }

    @Test
    void killsATreeThatIgnoresSigtermAndForksAndRemovesItsSubCgroups() throws Exception {
        Cgroup cgroup = created("stubborn");
        Cgroup deep = cgroup.child("a");
        deep.create();
        deep.child("b").create();
        cgroup.child("empty").create();
        String stubborn = "trap '' TERM HUP INT; ";
        // a second generation that outlives its parents and never stops forking; bounded so that a failure is harmless
        cgroup.write("pids.max", "1000");
        Process forking = startIn(cgroup, stubborn + "while :; do (sleep 60 & sleep 60 &) ; done 2>/dev/null");
        Process nested = startIn(deep.child("b"), stubborn + "exec sleep 600");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (cgroup.processes().size() < 20) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        cgroup.removeTree(PATIENCE);
        assertThat(cgroup.exists()).isFalse();
        // killed, or ended by itself when it could fork no more
        assertThat(forking.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(nested.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(nested.exitValue()).isEqualTo(128 + 9);
    }

    @Test
    void killsOnlyProcessesThatAreStillMembers() throws Exception {
        Cgroup cgroup = created("c1");
        Process member = startIn(cgroup, "sleep 600");
        Process stranger = startIn(created("c2"), "sleep 600");
        CgroupFiles.kernel().kill(Set.of(member.pid(), stranger.pid()), cgroup::processes);
        assertThat(member.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(stranger.isAlive()).isTrue();
    }

    @Test
    void hundredsOfHandlesLeakNoDescriptor() throws ErrnoException {
        Cgroup cgroup = created("c1");
        cgroup.read("pids.max");
        int before = openDescriptors();
        for (int i = 0; i < 300; i++) {
            cgroup.write("pids.max", "9");
            cgroup.read("cgroup.procs");
            root.childNames();
            assertThatThrownBy(() -> cgroup.write("pids.max", "x")).isInstanceOf(ErrnoException.class);
            assertThatThrownBy(() -> cgroup.read("none")).isInstanceOf(ErrnoException.class);
        }
        assertThat(openDescriptors()).isLessThan(before + 50);
    }

    private static int openDescriptors() {
        String[] names = new java.io.File("/proc/self/fd").list();
        return names == null ? 0 : names.length;
    }
}
