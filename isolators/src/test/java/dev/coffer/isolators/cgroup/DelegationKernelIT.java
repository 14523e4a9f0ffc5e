package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Resources;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupFiles;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that was given one subtree of cgroup v2, as systemd and container runtimes give it. */
@ExcludedOnKernel(value = Kernel.HOST_V1, reason = "its cgroup2 mount carries neither cpu nor memory")
final class DelegationKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final String MOUNT = "/sys/fs/cgroup";
    private static final Resources LIMITS =
            new Resources(OptionalDouble.of(1), OptionalLong.of(48 << 20), OptionalLong.of(64));

    private final CgroupFiles files = CgroupFiles.kernel();
    private final String name = "scope-" + ProcessHandle.current().pid();
    private final Path scope = Path.of(MOUNT, name);
    private Cgroup cgroup;
    private Process neighbour;

    @TempDir
    Path directory;

    /** What a manager does: hands controllers to a cgroup with a process in it, which stands for the agent. */
    @BeforeEach
    void makeScope() throws IOException {
        CgroupHierarchies all = CgroupHierarchies.detect();
        all.carrying("memory").orElseThrow().prepare("", java.util.Set.of("cpu", "memory", "pids"));
        cgroup = all.carrying("memory").orElseThrow().cgroup(name);
        cgroup.create();
        neighbour = new ProcessBuilder("sleep", "600").start();
        cgroup.write("cgroup.procs", Long.toString(neighbour.pid()));
    }

    @AfterEach
    void removeScope() throws ErrnoException {
        neighbour.destroyForcibly();
        cgroup.removeTree(Duration.ofSeconds(60));
    }

    private void mark() throws IOException {
        Files.getFileAttributeView(scope, UserDefinedFileAttributeView.class)
                .write("delegate", ByteBuffer.wrap(new byte[] {'1'}));
    }

    /** Everything outside the scope that an agent could change. */
    private List<String> outside() {
        try (Stream<Path> all = Files.walk(Path.of(MOUNT), 3)) {
            return all.filter(path -> !path.startsWith(scope))
                    .filter(path -> Files.isDirectory(path)
                            || path.endsWith("cgroup.subtree_control")
                            || path.endsWith("cgroup.procs"))
                    .map(path -> path + " " + content(path))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path path) {
        try {
            return path.endsWith("cgroup.subtree_control") ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CgroupHierarchies seenFrom(String mountinfo, String ownCgroup) throws ErrnoException {
        return CgroupHierarchies.of(mountinfo, "0::" + ownCgroup + "\n", files);
    }

    private static String mountinfo() throws ErrnoException {
        return CgroupFiles.kernel().read("/proc/self/mountinfo");
    }

    private HostResource resource(CgroupHierarchies hierarchies) {
        return new CgroupsIsolator(
                        hierarchies,
                        "coffer",
                        CgroupsIsolator.ALL_CONTROLLERS,
                        CgroupSettings.DEFAULT,
                        Duration.ofSeconds(60))
                .resourceFor(ID);
    }

    private void launchAndExceed(CgroupHierarchies hierarchies, Path top) throws Exception {
        List<String> before = outside();
        HostResource resource = resource(hierarchies);
        resource.create(CgroupSpecs.of(ID, LIMITS));
        assertThat(resource.steps()).containsExactly(new LaunchStep.CloneIntoCgroup(top.resolve("coffer/c1")));
        assertThat(cgroup.child("coffer-agent").processes()).containsExactly(neighbour.pid());
        Process greedy = new ProcessBuilder(
                        "sh", "-c", "read go; exec dd if=/dev/zero of=/dev/null bs=104857600 count=1")
                .start();
        files.write(top + "/coffer/c1/cgroup.procs", Long.toString(greedy.pid()));
        greedy.outputWriter().append("go\n").flush();
        assertThat(greedy.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(greedy.exitValue()).isEqualTo(128 + 9);
        assertThat(outside()).isEqualTo(before);
        resource.close();
        assertThat(cgroup.child("coffer").childNames()).isEmpty();
    }

    @Test
    void worksBelowAUnitWithDelegateAndMovesItselfIntoALeaf() throws Exception {
        mark();
        launchAndExceed(seenFrom(mountinfo(), "/" + name), scope);
        CgroupHierarchies again = seenFrom(mountinfo(), "/" + name + "/coffer-agent");
        assertThat(again.carrying("memory").orElseThrow().subtree()).contains(scope);
    }

    @Test
    void takesTheWholeHierarchyWhereNobodyDelegates() throws Exception {
        CgroupHierarchies all = seenFrom(mountinfo(), "/" + name);
        assertThat(all.carrying("memory").orElseThrow().subtree()).isEmpty();
    }

    @Test
    void worksBelowWhatItsContainerSees() throws Exception {
        mount("--bind", scope.toString(), directory.toString());
        try {
            launchAndExceed(seenFrom(mountOfContainer("rw"), "/" + name), directory);
        } finally {
            unmount();
        }
    }

    @Test
    void refusesAReadOnlySubtreeInOneLineAndChangesNothing() throws Exception {
        List<String> before = outside();
        CgroupHierarchies hierarchies = seenFrom(mountOfContainer("ro"), "/" + name);
        IsolatorSetting setting =
                new IsolatorSetting(FlagValues.DEFAULTS, List.of("cgroups/mem"), directory, directory, directory);
        String missing = new CgroupProvider(
                        "cgroups/mem", "memory", HostFacts.ofThisHost().with(hierarchies))
                .missing(setting)
                .orElseThrow();
        assertThat(missing)
                .contains("mounted read-only")
                .contains("Delegate=yes")
                .doesNotContain("\n");
        assertThat(outside()).isEqualTo(before);
        assertThat(cgroup.childNames()).isEmpty();
    }

    private String mountOfContainer(String option) throws IOException {
        if (option.equals("ro")) {
            return "30 1 0:26 /" + name + " " + scope + " ro,nosuid - cgroup2 cgroup2 rw\n";
        }
        return "30 1 0:26 /" + name + " " + directory + " rw - cgroup2 cgroup2 rw\n";
    }

    private static void mount(String... words) throws Exception {
        String[] command = Stream.concat(Stream.of("mount"), Stream.of(words)).toArray(String[]::new);
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    private void unmount() throws Exception {
        assertThat(new ProcessBuilder("umount", directory.toString()).start().waitFor())
                .isZero();
    }
}
