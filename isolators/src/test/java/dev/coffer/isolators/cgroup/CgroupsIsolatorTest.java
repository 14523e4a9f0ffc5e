package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep.CloneIntoCgroup;
import dev.coffer.isolation.LaunchStep.JoinCgroup;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CgroupsIsolatorTest {
    private static final ContainerId ID = new ContainerId("web-3");
    private static final Resources LIMITS = CgroupSpecs.limits(0.5, 64 << 20, 32);

    private static CgroupsIsolator isolator(CgroupHierarchies hierarchies) {
        return new CgroupsIsolator(
                hierarchies, "coffer", CgroupsIsolator.ALL_CONTROLLERS, CgroupSettings.DEFAULT, Duration.ofMillis(20));
    }

    private static HostResource create(CgroupHierarchies hierarchies, Resources limits) {
        HostResource resource = isolator(hierarchies).resourceFor(ID);
        resource.create(CgroupSpecs.of(ID, limits));
        return resource;
    }

    private static Usage usage(HostResource resource) {
        return ((ReportsUsage) resource).usage();
    }

    @Test
    void writesTheV1FilesInKernelOrder() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v1Files();
        create(FakeHosts.v1(files), LIMITS);
        assertThat(files.journal)
                .containsExactly(
                        "mkdir /cg/pids/coffer",
                        "mkdir /cg/pids/coffer/web-3",
                        "/cg/pids/coffer/web-3/pids.max = 32",
                        "mkdir /cg/memory/coffer",
                        "/cg/memory/coffer/memory.use_hierarchy = 1",
                        "mkdir /cg/memory/coffer/web-3",
                        "/cg/memory/coffer/web-3/memory.limit_in_bytes = 67108864",
                        "mkdir /cg/cpu,cpuacct/coffer",
                        "mkdir /cg/cpu,cpuacct/coffer/web-3",
                        "/cg/cpu,cpuacct/coffer/web-3/cpu.shares = 512",
                        "/cg/cpu,cpuacct/coffer/web-3/cpu.cfs_quota_us = 50000");
    }

    @Test
    void writesTheV2FilesAndEnablesControllersFromTheMountDown() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v2Files();
        create(FakeHosts.v2(files, "rw"), LIMITS);
        assertThat(files.journal)
                .containsExactly(
                        "/cg2/cgroup.subtree_control = +cpu +memory +pids",
                        "mkdir /cg2/coffer",
                        "/cg2/coffer/cgroup.subtree_control = +cpu +memory +pids",
                        "mkdir /cg2/coffer/web-3",
                        "/cg2/coffer/web-3/pids.max = 32",
                        "/cg2/coffer/web-3/memory.max = 67108864",
                        "/cg2/coffer/web-3/cpu.weight = 50",
                        "/cg2/coffer/web-3/cpu.max = 50000 100000");
    }

    @Test
    void enablesOnlyTheControllersThatAreNotEnabledYet() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v2Files();
        files.set("/cg2/cgroup.subtree_control", "cpuset cpu pids\n");
        create(FakeHosts.v2(files, "rw"), Resources.UNLIMITED);
        assertThat(files.journal).startsWith("/cg2/cgroup.subtree_control = +memory");
    }

    @Test
    void joinsOncePerV1Hierarchy() throws ErrnoException {
        HostResource resource = create(FakeHosts.v1(FakeHosts.v1Files()), LIMITS);
        assertThat(resource.steps())
                .containsExactly(
                        new JoinCgroup(Path.of("/cg/pids/coffer/web-3/tasks")),
                        new JoinCgroup(Path.of("/cg/memory/coffer/web-3/tasks")),
                        new JoinCgroup(Path.of("/cg/cpu,cpuacct/coffer/web-3/tasks")));
    }

    @Test
    void isBornInTheOneV2Cgroup() throws ErrnoException {
        HostResource resource = create(FakeHosts.v2(FakeHosts.v2Files(), "rw"), LIMITS);
        assertThat(resource.steps()).containsExactly(new CloneIntoCgroup(Path.of("/cg2/coffer/web-3")));
    }

    @Test
    void detectsPerControllerOnAHybridHost() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.hybridFiles();
        HostResource resource = create(FakeHosts.hybrid(files), LIMITS);
        assertThat(resource.steps())
                .containsExactly(
                        new CloneIntoCgroup(Path.of("/cg/unified/coffer/web-3")),
                        new JoinCgroup(Path.of("/cg/memory/coffer/web-3/tasks")),
                        new JoinCgroup(Path.of("/cg/cpu,cpuacct/coffer/web-3/tasks")));
        assertThat(files.journal).contains("/cg/unified/coffer/web-3/pids.max = 32");
    }

    @Test
    void makesCgroupsWithoutLimitsToo() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v2Files();
        create(FakeHosts.v2(files, "rw"), Resources.UNLIMITED);
        assertThat(files.directories()).contains("/cg2/coffer/web-3");
        assertThat(files.journal).noneMatch(line -> line.startsWith("/cg2/coffer/web-3/"));
    }

    @Test
    void raisesAMemoryLimitToTheSmallestAndRoundsCpusDown() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v1Files();
        create(FakeHosts.v1(files), CgroupSpecs.limits(0.7, 1024, 5_000_000));
        assertThat(files.journal)
                .contains(
                        "/cg/memory/coffer/web-3/memory.limit_in_bytes = 33554432",
                        "/cg/cpu,cpuacct/coffer/web-3/cpu.shares = 716",
                        "/cg/cpu,cpuacct/coffer/web-3/cpu.cfs_quota_us = 70000")
                .noneMatch(line -> line.contains("pids.max"));
    }

    @Test
    void keepsTinyAndHugeCpusWithinWhatTheKernelTakes() throws ErrnoException {
        FakeCgroupFiles tiny = FakeHosts.v1Files();
        create(FakeHosts.v1(tiny), CgroupSpecs.limits(0.0001, 64 << 20, 1));
        assertThat(tiny.journal)
                .contains(
                        "/cg/cpu,cpuacct/coffer/web-3/cpu.shares = 2",
                        "/cg/cpu,cpuacct/coffer/web-3/cpu.cfs_quota_us = 1000");
        FakeCgroupFiles huge = FakeHosts.v2Files();
        create(FakeHosts.v2(huge, "rw"), CgroupSpecs.limits(1000, 64 << 20, 1));
        assertThat(huge.journal)
                .contains("/cg2/coffer/web-3/cpu.weight = 10000", "/cg2/coffer/web-3/cpu.max = 100000000 100000");
    }

    @Test
    void addsUpUsageFromEveryV1Hierarchy() throws ErrnoException {
        HostResource resource = create(FakeHosts.v1(FakeHosts.v1Files()), LIMITS);
        assertThat(usage(resource))
                .isEqualTo(new Usage.Builder()
                        .put(Statistic.CPUS_TIME, 5678)
                        .put(Statistic.CPUS_LIMIT, 500)
                        .put(Statistic.CPUS_NR_PERIODS, 9)
                        .put(Statistic.CPUS_NR_THROTTLED, 3)
                        .put(Statistic.CPUS_THROTTLED_TIME, 1234)
                        .put(Statistic.MEM_TOTAL, 4096)
                        .put(Statistic.MEM_PEAK, 5000)
                        .put(Statistic.MEM_FILE, 100)
                        .put(Statistic.MEM_CACHE, 100)
                        .put(Statistic.MEM_ANON, 200)
                        .put(Statistic.MEM_RSS, 200)
                        .put(Statistic.MEM_MAPPED_FILE, 30)
                        .put(Statistic.MEM_SWAP, 0)
                        .put(Statistic.PIDS_LIMIT, 32)
                        .put(Statistic.MEM_LIMIT, 64 << 20)
                        .put(Statistic.OOM_KILLS, 2)
                        .put(Statistic.PIDS, 4)
                        .build());
    }

    @Test
    void addsOomKillsOfSubCgroupsWhereTheKernelDoesNot() throws ErrnoException {
        FakeCgroupFiles v1 = FakeHosts.v1Files();
        HostResource onV1 = create(FakeHosts.v1(v1), Resources.UNLIMITED);
        v1.makeDirectory("/cg/memory/coffer/web-3/sub");
        assertThat(usage(onV1).oomKills()).hasValue(4);
        assertThat(usage(onV1).memoryLimitBytes()).isEmpty();

        FakeCgroupFiles local = FakeHosts.v2Files();
        HostResource onLocal = create(FakeHosts.v2(local, "rw,memory_localevents"), Resources.UNLIMITED);
        local.makeDirectory("/cg2/coffer/web-3/sub");
        assertThat(usage(onLocal).oomKills()).hasValue(2);
    }

    @Test
    void takesV2UsageAsTheKernelAddsItUp() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v2Files();
        HostResource resource = create(FakeHosts.v2(files, "rw,nsdelegate"), Resources.UNLIMITED);
        files.makeDirectory("/cg2/coffer/web-3/sub");
        assertThat(usage(resource))
                .isEqualTo(new Usage.Builder()
                        .put(Statistic.CPUS_TIME, 5000)
                        .put(Statistic.CPUS_USER_TIME, 3000)
                        .put(Statistic.CPUS_SYSTEM_TIME, 2000)
                        .put(Statistic.CPUS_NR_PERIODS, 1)
                        .put(Statistic.CPUS_NR_THROTTLED, 1)
                        .put(Statistic.CPUS_THROTTLED_TIME, 7000)
                        .put(Statistic.MEM_TOTAL, 8192)
                        .put(Statistic.MEM_PEAK, 9000)
                        .put(Statistic.MEM_ANON, 200)
                        .put(Statistic.MEM_RSS, 200)
                        .put(Statistic.MEM_FILE, 100)
                        .put(Statistic.MEM_CACHE, 100)
                        .put(Statistic.MEM_KMEM_USAGE, 50)
                        .put(Statistic.MEM_MAPPED_FILE, 30)
                        .put(Statistic.MEM_FAULTS, 7)
                        .put(Statistic.MEM_PRESSURE_SOME, 12_000)
                        .put(Statistic.MEM_PRESSURE_FULL, 3_000)
                        .put(Statistic.OOM_EVENTS, 1)
                        .put(Statistic.OOM_KILLS, 1)
                        .put(Statistic.PIDS, 6)
                        .build());
    }

    @Test
    void reportsNothingOfAContainerThatIsGone() throws ErrnoException {
        HostResource resource = isolator(FakeHosts.v1(FakeHosts.v1Files())).resourceFor(ID);
        assertThat(usage(resource)).isEqualTo(Usage.UNKNOWN);
    }

    @Test
    void forbidsForksBeforeItKillsAndKillsBeforeItRemoves() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v1Files();
        HostResource resource = create(FakeHosts.v1(files), LIMITS);
        files.set("/cg/pids/coffer/web-3/cgroup.procs", "4711\n");
        files.set("/cg/memory/coffer/web-3/cgroup.procs", "4711\n");
        files.journal.clear();
        resource.close();
        assertThat(files.journal)
                .containsExactly(
                        "/cg/pids/coffer/web-3/pids.max = 0",
                        "kill 4711",
                        "rmdir /cg/pids/coffer/web-3",
                        "rmdir /cg/memory/coffer/web-3",
                        "rmdir /cg/cpu,cpuacct/coffer/web-3");
    }

    @Test
    void makesTheRootAgainIfSomebodyRemovedIt() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v1Files();
        CgroupsIsolator isolator = isolator(FakeHosts.v1(files));
        HostResource resource = isolator.resourceFor(ID);
        resource.create(CgroupSpecs.of(ID, LIMITS));
        resource.close();
        files.removeDirectory("/cg/memory/coffer");
        resource.create(CgroupSpecs.of(ID, LIMITS));
        assertThat(files.directories()).contains("/cg/memory/coffer/web-3");
    }

    @Test
    void refusesALimitThatNoControllerOfTheHostCanKeep() throws ErrnoException {
        FakeCgroupFiles files = new FakeCgroupFiles().mount("/cg/pids", "pids.max", "max");
        CgroupHierarchies hierarchies =
                CgroupHierarchies.of("39 31 0:36 / /cg/pids rw - cgroup cgroup rw,pids\n", "8:pids:/\n", files);
        assertThatThrownBy(() -> create(hierarchies, LIMITS))
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot limit processors of container web-3 to 0.5: cgroups/cpu finds no such controller on"
                        + " this host; mount it: mount -t cgroup -o cpu cgroup /sys/fs/cgroup/cpu")
                .extracting(e -> ((IsolationException) e).fault())
                .isEqualTo(Fault.HOST_SETUP);
        assertThat(files.journal).isEmpty();
        create(hierarchies, Resources.UNLIMITED);
        assertThat(files.directories()).contains("/cg/pids/coffer/web-3");
    }

    @Test
    void saysWhatToDoWhenTheAgentSitsWhereItMustDelegate() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v2Files();
        files.fail("/cg2/cgroup.subtree_control", Errno.EBUSY);
        assertThatThrownBy(() -> create(FakeHosts.v2(files, "rw"), LIMITS))
                .hasMessage("cannot make cgroup /cg2/coffer/web-3: write(/cg2/cgroup.subtree_control,"
                        + " \"+cpu +memory +pids\"): errno 16 EBUSY (Device or resource busy); a cgroup with processes"
                        + " in it cannot hand controllers down; this agent is in /cg2: move it, and whatever else is"
                        + " there, into a sub-cgroup")
                .hasCauseInstanceOf(ErrnoException.class);
    }

    @Test
    void attemptsEveryHierarchyWhenOneCannotBeRemoved() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v1Files();
        HostResource resource = create(FakeHosts.v1(files), LIMITS);
        files.set("/cg/pids/coffer/web-3/cgroup.procs", "0\n");
        assertThatThrownBy(resource::close)
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot remove cgroup /cg/pids/coffer/web-3: rmdir(/cg/pids/coffer/web-3), with 0 still"
                        + " inside: errno 16 EBUSY (Device or resource busy)");
        assertThat(files.directories())
                .contains("/cg/pids/coffer/web-3")
                .doesNotContain("/cg/memory/coffer/web-3", "/cg/cpu,cpuacct/coffer/web-3");
    }

    @Test
    void refusesUnknownControllersAndRootsThatEscape() throws ErrnoException {
        CgroupHierarchies hierarchies = FakeHosts.v1(FakeHosts.v1Files());
        assertThatThrownBy(() -> new CgroupsIsolator(hierarchies, "coffer", Set.of("cgroups/gpu")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cgroups/gpu");
        assertThatThrownBy(() -> new CgroupsIsolator(hierarchies, "a/../..", CgroupsIsolator.ALL_CONTROLLERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a/../..");
    }

    @Test
    void discoverSkipsWhatIsNoContainer() throws ErrnoException {
        FakeCgroupFiles files = FakeHosts.v1Files();
        CgroupsIsolator isolator = isolator(FakeHosts.v1(files));
        assertThat(isolator.discover()).isEmpty();
        files.makeDirectory("/cg/memory/coffer");
        files.makeDirectory("/cg/memory/coffer/some.slice");
        files.makeDirectory("/cg/memory/coffer/left-over");
        assertThat(isolator.discover()).containsExactly(new ContainerId("left-over"));
    }
}
