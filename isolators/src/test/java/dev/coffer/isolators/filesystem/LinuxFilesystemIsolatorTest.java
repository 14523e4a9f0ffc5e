package dev.coffer.isolators.filesystem;

import static dev.coffer.isolation.MountFlag.NODEV;
import static dev.coffer.isolation.MountFlag.NOEXEC;
import static dev.coffer.isolation.MountFlag.NOSUID;
import static dev.coffer.isolation.MountFlag.RDONLY;
import static dev.coffer.isolation.MountFlag.STRICTATIME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.Stdio;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.MakeDevice;
import dev.coffer.isolation.LaunchStep.MakeSymlink;
import dev.coffer.isolation.LaunchStep.MaskPath;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.LaunchStep.OpenTerminal;
import dev.coffer.isolation.LaunchStep.PivotRoot;
import dev.coffer.isolation.LaunchStep.ReadOnlyPath;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolators.Specs;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinuxFilesystemIsolatorTest {
    private static final Set<MountFlag> INERT = Set.of(NOSUID, NOEXEC, NODEV);
    private static final Set<MountFlag> INERT_READ_ONLY = Set.of(RDONLY, NOSUID, NOEXEC, NODEV);

    private static List<LaunchStep> plan(Specs specs) {
        return new LinuxFilesystemIsolator(List.of(CgroupMount.UNIFIED)).plan(specs.context());
    }

    @Test
    void preparesKernelFileSystemsAndDevicesInThisOrder() {
        assertThat(plan(Specs.DEFAULT))
                .containsExactly(
                        new MountFilesystem("proc", "/proc", INERT, ""),
                        new MountFilesystem("sysfs", "/sys", INERT_READ_ONLY, ""),
                        new MountFilesystem("cgroup2", "/sys/fs/cgroup", INERT_READ_ONLY, ""),
                        new MountFilesystem("tmpfs", "/dev", Set.of(NOSUID, STRICTATIME), "mode=755,size=65536k"),
                        new MakeDevice("/dev/null", 1, 3, 0666),
                        new MakeDevice("/dev/zero", 1, 5, 0666),
                        new MakeDevice("/dev/full", 1, 7, 0666),
                        new MakeDevice("/dev/random", 1, 8, 0666),
                        new MakeDevice("/dev/urandom", 1, 9, 0666),
                        new MakeDevice("/dev/tty", 5, 0, 0666),
                        new MakeSymlink("/proc/self/fd", "/dev/fd"),
                        new MakeSymlink("/proc/self/fd/0", "/dev/stdin"),
                        new MakeSymlink("/proc/self/fd/1", "/dev/stdout"),
                        new MakeSymlink("/proc/self/fd/2", "/dev/stderr"),
                        new MountFilesystem(
                                "devpts",
                                "/dev/pts",
                                Set.of(NOSUID, NOEXEC),
                                "newinstance,ptmxmode=0666,mode=0620,gid=5"),
                        new MakeSymlink("pts/ptmx", "/dev/ptmx"),
                        new MountFilesystem("tmpfs", "/dev/shm", INERT, "mode=1777,size=65536k"),
                        new MountFilesystem("mqueue", "/dev/mqueue", INERT, ""),
                        new MaskPath("/proc/acpi"),
                        new MaskPath("/proc/asound"),
                        new MaskPath("/proc/interrupts"),
                        new MaskPath("/proc/kcore"),
                        new MaskPath("/proc/key-users"),
                        new MaskPath("/proc/keys"),
                        new MaskPath("/proc/latency_stats"),
                        new MaskPath("/proc/sched_debug"),
                        new MaskPath("/proc/scsi"),
                        new MaskPath("/proc/timer_list"),
                        new MaskPath("/proc/timer_stats"),
                        new MaskPath("/sys/devices/virtual/powercap"),
                        new MaskPath("/sys/firmware"),
                        new ReadOnlyPath("/proc/bus"),
                        new ReadOnlyPath("/proc/fs"),
                        new ReadOnlyPath("/proc/irq"),
                        new ReadOnlyPath("/proc/sys"),
                        new ReadOnlyPath("/proc/sysrq-trigger"),
                        new PivotRoot());
    }

    @Test
    void showsVersion1HierarchiesBelowAReadOnlyDirectory() {
        List<LaunchStep> steps = new LinuxFilesystemIsolator(List.of(
                        new CgroupMount("cpu,cpuacct", "cgroup", "cpu,cpuacct"),
                        new CgroupMount("unified", "cgroup2", "")))
                .plan(Specs.DEFAULT.context());

        assertThat(steps)
                .containsSubsequence(
                        new MountFilesystem("sysfs", "/sys", INERT_READ_ONLY, ""),
                        new MountFilesystem("tmpfs", "/sys/fs/cgroup", INERT, "mode=755,size=65536k"),
                        new MountFilesystem("cgroup", "/sys/fs/cgroup/cpu,cpuacct", INERT_READ_ONLY, "cpu,cpuacct"),
                        new MountFilesystem("cgroup2", "/sys/fs/cgroup/unified", INERT_READ_ONLY, ""),
                        new ReadOnlyPath("/sys/fs/cgroup"));
    }

    @Test
    void refusesANamelessHierarchyBesideOthers() {
        assertThatThrownBy(() -> new LinuxFilesystemIsolator(
                        List.of(CgroupMount.UNIFIED, new CgroupMount("pids", "cgroup", "pids"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CgroupMount("../x", "cgroup", "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void opensATerminalOnTheContainersOwnDevpts() {
        List<LaunchStep> steps = plan(Specs.DEFAULT.with(new Stdio.Terminal(24, 80)));

        assertThat(steps).containsSubsequence(new MakeSymlink("pts/ptmx", "/dev/ptmx"), new OpenTerminal(24, 80));
        assertThat(plan(Specs.DEFAULT)).noneMatch(OpenTerminal.class::isInstance);
    }
}
