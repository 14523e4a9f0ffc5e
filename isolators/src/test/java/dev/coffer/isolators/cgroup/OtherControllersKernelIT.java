package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Tuning;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.Pausable;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Placement, block devices, huge pages and pausing, as the running kernel does them. */
final class OtherControllersKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final ContainerId OTHER = new ContainerId("c2");

    private final KernelCgroups kernel;

    @TempDir
    Path directory;

    OtherControllersKernelIT() throws ErrnoException {
        kernel = new KernelCgroups();
    }

    @AfterEach
    void removeEverything() throws ErrnoException {
        kernel.close();
    }

    private HostResource create(ContainerId id, String isolator, Tuning tuning) {
        CgroupSettings settings = CgroupSettings.DEFAULT.with(new ExclusiveCpus(directory.resolve("cpusets")));
        HostResource resource =
                kernel.isolator(Set.of(isolator, "cgroups/pids"), settings).resourceFor(id);
        resource.create(CgroupSpecs.of(id, Resources.UNLIMITED.with(tuning)));
        return resource;
    }

    private static void spinUntil(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static Tuning exclusive(int count) {
        return Tuning.NONE.with(new Tuning.Cpu(OptionalLong.empty(), false, false, count, Optional.empty()));
    }

    private String allowed(Process process) throws Exception {
        return Files.readString(Path.of("/proc/" + process.pid() + "/status"))
                .lines()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .findFirst()
                .orElseThrow()
                .replaceAll(".*:\\s*", "");
    }

    @Test
    void exclusiveProcessorsAreTakenFromTheOthersAndGivenBack() throws Exception {
        HostResource others = create(OTHER, "cgroups/cpuset", Tuning.NONE);
        Process other = kernel.start(others, Optional.empty(), "sleep 600");
        String before = allowed(other);
        int last = CpuSet.parse(before).highest(1).get(0);
        HostResource one = create(ID, "cgroups/cpuset", exclusive(1));
        Process alone = kernel.start(one, Optional.empty(), "sleep 600");
        assertThat(allowed(alone)).isEqualTo(Integer.toString(last));
        assertThat(CpuSet.parse(allowed(other)).numbers()).isNotEmpty().doesNotContain(last);
        assertThatThrownBy(() -> create(new ContainerId("c3"), "cgroups/cpuset", exclusive(last)))
                .hasMessageContaining("one must stay for others");
        one.close();
        assertThat(allowed(other)).isEqualTo(before);
    }

    private static Resources on(String processors) {
        return Resources.UNLIMITED.with(Tuning.NONE.with(
                new Tuning.Cpu(OptionalLong.empty(), false, false, 0, Optional.empty(), Optional.of(processors))));
    }

    @Test
    void placesATaskAndPlacesItAnewWhileItRuns() throws Exception {
        HostResource resource = create(ID, "cgroups/cpuset", on("0").tuning());
        Process task = kernel.start(resource, Optional.empty(), "sleep 600");
        assertThat(allowed(task)).isEqualTo("0");
        ((Updatable) resource).update(on("1"));
        assertThat(allowed(task)).isEqualTo("1");
        ((Updatable) resource).update(Resources.UNLIMITED.with(exclusive(1)));
        assertThat(allowed(task)).doesNotContain("-");
        HostResource others = create(OTHER, "cgroups/cpuset", Tuning.NONE);
        Process other = kernel.start(others, Optional.empty(), "sleep 600");
        assertThat(CpuSet.parse(allowed(other)).and(CpuSet.parse(allowed(task))).size())
                .isGreaterThan(CpuSet.parse(allowed(other)).size());
        ((Updatable) resource).update(Resources.UNLIMITED);
        assertThat(allowed(task)).isEqualTo(allowed(other)).contains("0");
    }

    @Test
    void doesNotTakeTheOnlyProcessorOfAnother() throws Exception {
        int last = CpuSet.parse(Files.readString(Path.of("/sys/devices/system/cpu/online")))
                .highest(1)
                .get(0);
        create(OTHER, "cgroups/cpuset", on(Integer.toString(last)).tuning());
        assertThatThrownBy(() -> create(ID, "cgroups/cpuset", exclusive(1)))
                .hasMessageContaining("the only ones that container c2 may run on");
        assertThatThrownBy(() -> create(
                        new ContainerId("c3"), "cgroups/cpuset", on("4000").tuning()))
                .hasMessageContaining("of which only");
    }

    @Test
    void liftsTheLimitOfADeviceThatIsNotLimitedAnyMore() throws Exception {
        boolean v2 = kernel.hierarchies.carrying("io").isPresent();
        String device = Files.readString(Path.of("/sys/block/vda/dev")).strip();
        OptionalLong none = OptionalLong.empty();
        Tuning.IoLimit limit = new Tuning.IoLimit(device, none, OptionalLong.of(1 << 20), none, none);
        HostResource resource =
                create(ID, v2 ? "cgroups/io" : "cgroups/blkio", Tuning.NONE.with(new Tuning.Io(none, List.of(limit))));
        Cgroup cgroup = kernel.cgroup(v2 ? "io" : "blkio", ID.value());
        String file = v2 ? "io.max" : "blkio.throttle.write_bps_device";
        assertThat(cgroup.read(file)).contains(device).contains("1048576");
        ((Updatable) resource).update(Resources.UNLIMITED);
        assertThat(cgroup.read(file)).doesNotContain(device);
    }

    @Test
    void memoryNodesAreThoseAskedFor() throws Exception {
        Tuning nodes = Tuning.NONE.with(new Tuning.Cpu(OptionalLong.empty(), false, false, 0, Optional.of("0")));
        create(ID, "cgroups/cpuset", nodes);
        assertThat(kernel.cgroup("cpuset", ID.value()).read("cpuset.mems").strip())
                .isEqualTo("0");
    }

    @Test
    void pausesAllProcessesAndLetsThemGoOn() throws Exception {
        HostResource resource = create(ID, "cgroups/freezer", Tuning.NONE);
        Path ticks = Files.createFile(directory.resolve("ticks"));
        kernel.start(resource, Optional.empty(), "while :; do echo x >> " + ticks + "; done");
        spinUntil(() -> ticks.toFile().length() > 0);
        ((Pausable) resource).pause();
        long paused = ticks.toFile().length();
        assertThat(Freezer.isFrozen(kernel.cgroup("freezer", ID.value()))).isTrue();
        Process wait = new ProcessBuilder("sleep", "1").start();
        assertThat(wait.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ticks.toFile().length()).isEqualTo(paused);
        ((Pausable) resource).resume();
        spinUntil(() -> ticks.toFile().length() > paused);
    }

    @Test
    void removesWhatIsPaused() throws Exception {
        HostResource resource = create(ID, "cgroups/freezer", Tuning.NONE);
        Process task = kernel.start(resource, Optional.empty(), "sleep 600");
        ((Pausable) resource).pause();
        resource.close();
        assertThat(task.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(kernel.directories()).isEmpty();
    }

    @Test
    void limitsWritesToADeviceAndCountsThem() throws Exception {
        boolean v2 = kernel.hierarchies.carrying("io").isPresent();
        String isolator = v2 ? "cgroups/io" : "cgroups/blkio";
        String device = Files.readString(Path.of("/sys/block/vda/dev")).strip();
        Tuning.IoLimit limit = new Tuning.IoLimit(
                device, OptionalLong.empty(), OptionalLong.of(1 << 20), OptionalLong.empty(), OptionalLong.empty());
        HostResource resource =
                create(ID, isolator, Tuning.NONE.with(new Tuning.Io(OptionalLong.empty(), List.of(limit))));
        Path file = Path.of("/root/coffer-it-" + ProcessHandle.current().pid());
        long begin = System.nanoTime();
        try {
            Process writer = kernel.start(
                    resource, Optional.empty(), "dd if=/dev/zero of=" + file + " bs=1048576 count=3 oflag=direct");
            assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue()).isZero();
        } finally {
            Files.deleteIfExists(file);
        }
        assertThat(System.nanoTime() - begin).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1500));
        Usage usage = ((ReportsUsage) resource).usage();
        assertThat(usage.get(Statistic.IO_SERVICE_BYTES).orElseThrow()).isGreaterThanOrEqualTo(3 << 20);
        assertThat(usage.labelled())
                .anyMatch(figure -> figure.statistic() == Statistic.IO_SERVICE_BYTES
                        && figure.label().equals(device + " write")
                        && figure.figure() >= 3 << 20);
    }

    @Test
    void writesLimitsOfHugePages() throws Exception {
        HostResource resource = create(ID, "cgroups/hugetlb", Tuning.NONE.withHugetlb(Map.of("2MB", 4L << 20)));
        assertThat(((ReportsUsage) resource).usage().labelled())
                .contains(new Usage.Labelled(Statistic.HUGETLB_LIMIT, "2MB", 4L << 20))
                .contains(new Usage.Labelled(Statistic.HUGETLB_USED, "2MB", 0));
        assertThatThrownBy(() -> create(OTHER, "cgroups/hugetlb", Tuning.NONE.withHugetlb(Map.of("3MB", 1L))))
                .hasMessageContaining("no huge pages of 3MB");
    }

    @Test
    void refusesTuningThatNoIsolatorDoes() {
        Tuning io = Tuning.NONE.with(new Tuning.Io(OptionalLong.of(50), List.of()));
        assertThatThrownBy(() -> create(ID, "cgroups/freezer", io))
                .hasMessageContaining("add cgroups/io or cgroups/blkio to --isolation");
        Cgroup none = kernel.cgroup("pids", ID.value());
        assertThat(none.exists()).isFalse();
    }
}
