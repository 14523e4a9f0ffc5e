package dev.coffer.isolators.filesystem;

import static dev.coffer.isolation.MountFlag.NODEV;
import static dev.coffer.isolation.MountFlag.NOEXEC;
import static dev.coffer.isolation.MountFlag.NOSUID;
import static dev.coffer.isolation.MountFlag.RDONLY;
import static dev.coffer.isolation.MountFlag.STRICTATIME;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.Stdio;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.LaunchStep.MakeDevice;
import dev.coffer.isolation.LaunchStep.MakeSymlink;
import dev.coffer.isolation.LaunchStep.MaskPath;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.LaunchStep.OpenTerminal;
import dev.coffer.isolation.LaunchStep.PivotRoot;
import dev.coffer.isolation.LaunchStep.ReadOnlyPath;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolation.PlanIsolator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Kernel file systems, a minimal {@code /dev}, the sandbox, and what of {@code /proc} and {@code /sys} is hidden or
 * read-only.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#default-filesystems">OCI
 *     runtime specification, default file systems</a>
 */
public final class LinuxFilesystemIsolator implements PlanIsolator {
    private static final Set<MountFlag> INERT = EnumSet.of(NOSUID, NOEXEC, NODEV);
    private static final Set<MountFlag> INERT_READ_ONLY = EnumSet.of(RDONLY, NOSUID, NOEXEC, NODEV);
    private static final String CGROUP = "/sys/fs/cgroup";
    private static final int MEMORY_DEVICES = 1;
    private static final int TERMINAL_DEVICES = 5;
    private static final int EVERYBODY = 0666;

    /** Not namespaced: host memory, keys, timers and hardware, readable by root of any container. */
    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/key-users",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    /** Writing here would change the host. */
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    /** Where a sandbox has the writable layers of the root and of image volumes. */
    private static final List<String> LAYERS = List.of("rootfs", "volumes");

    private final List<CgroupMount> cgroups;
    private final Optional<String> sandboxDirectory;
    private final Set<CgroupMount> own;

    /**
     * Shows these hierarchies read-only.
     *
     * @param cgroups {@link CgroupMount#UNIFIED} alone, or named ones; none hides {@code /sys/fs/cgroup}
     */
    public LinuxFilesystemIsolator(List<CgroupMount> cgroups) {
        this(cgroups, Optional.empty());
    }

    /**
     * Shows these hierarchies read-only, and the sandbox.
     *
     * @param sandboxDirectory where; if empty, only a container that has a volume in its sandbox sees it
     */
    LinuxFilesystemIsolator(List<CgroupMount> cgroups, Optional<String> sandboxDirectory) {
        this(cgroups, sandboxDirectory, Set.of());
    }

    /**
     * Shows these hierarchies, and the sandbox.
     *
     * @param own those of the mounts that show nothing but the container's own cgroup, and so may be writable
     */
    LinuxFilesystemIsolator(List<CgroupMount> cgroups, Optional<String> sandboxDirectory, Set<CgroupMount> own) {
        this.cgroups = List.copyOf(cgroups);
        this.own = Set.copyOf(own);
        this.sandboxDirectory = sandboxDirectory;
        if (cgroups.size() > 1
                && cgroups.stream().anyMatch(mount -> mount.name().isEmpty())) {
            throw new IllegalArgumentException("a cgroup mount without a name must be the only one");
        }
    }

    @Override
    public String name() {
        return "filesystem/linux";
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        List<LaunchStep> steps = new ArrayList<>();
        steps.add(new MountFilesystem("proc", "/proc", INERT, ""));
        steps.add(new MountFilesystem("sysfs", "/sys", INERT_READ_ONLY, ""));
        addCgroups(context.spec(), steps);
        addDevices(steps);
        if (context.spec().stdio() instanceof Stdio.Terminal terminal) {
            steps.add(new OpenTerminal(terminal.rows(), terminal.columns()));
        }
        addSandbox(context, steps);
        MASKED.forEach(path -> steps.add(new MaskPath(path)));
        READ_ONLY.forEach(path -> steps.add(new ReadOnlyPath(path)));
        steps.add(new PivotRoot());
        return steps;
    }

    /**
     * Its own files and those of its tasks, without the layers of root file systems: whoever writes to the layer of a
     * mounted overlay makes its content undefined.
     */
    private void addSandbox(LaunchContext context, List<LaunchStep> steps) {
        boolean needed = context.spec().isolation().volumes().stream()
                .anyMatch(volume -> !volume.containerPath().startsWith("/"));
        if (sandboxDirectory.isEmpty() && !needed) {
            return;
        }
        String target = sandboxDirectory.orElse(FilesystemFlags.DEFAULT_SANDBOX_DIRECTORY);
        steps.add(new Bind(context.sandbox(), target, EnumSet.of(NODEV)));
        for (String layers : LAYERS) {
            steps.add(new MaskPath(target + "/" + layers));
        }
    }

    /** In a cgroup namespace a hierarchy's root is the container's own cgroup, so only that becomes visible. */
    private void addCgroups(ContainerSpec spec, List<LaunchStep> steps) {
        boolean divides = spec.resources().tuning().access().cgroups();
        if (divides && own.isEmpty()) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot give container " + spec.id() + " writable cgroups: it has none that it alone sees;"
                            + " add namespaces/cgroup and at least one of cgroups/ to --isolation");
        }
        if (cgroups.size() == 1 && cgroups.get(0).name().isEmpty()) {
            CgroupMount only = cgroups.get(0);
            steps.add(new MountFilesystem(only.type(), CGROUP, divides ? INERT : INERT_READ_ONLY, only.data()));
            return;
        }
        // writable until all directories exist, read-only in phase MASK
        steps.add(new MountFilesystem("tmpfs", CGROUP, INERT, "mode=755,size=65536k"));
        for (CgroupMount mount : cgroups) {
            Set<MountFlag> flags = divides && own.contains(mount) ? INERT : INERT_READ_ONLY;
            steps.add(new MountFilesystem(mount.type(), CGROUP + "/" + mount.name(), flags, mount.data()));
        }
        if (!divides) { // it would be read-only with all that is mounted below it
            steps.add(new ReadOnlyPath(CGROUP));
        }
    }

    private static void addDevices(List<LaunchStep> steps) {
        steps.add(new MountFilesystem("tmpfs", "/dev", EnumSet.of(NOSUID, STRICTATIME), "mode=755,size=65536k"));
        steps.add(new MakeDevice("/dev/null", MEMORY_DEVICES, 3, EVERYBODY));
        steps.add(new MakeDevice("/dev/zero", MEMORY_DEVICES, 5, EVERYBODY));
        steps.add(new MakeDevice("/dev/full", MEMORY_DEVICES, 7, EVERYBODY));
        steps.add(new MakeDevice("/dev/random", MEMORY_DEVICES, 8, EVERYBODY));
        steps.add(new MakeDevice("/dev/urandom", MEMORY_DEVICES, 9, EVERYBODY));
        steps.add(new MakeDevice("/dev/tty", TERMINAL_DEVICES, 0, EVERYBODY));
        steps.add(new MakeSymlink("/proc/self/fd", "/dev/fd"));
        steps.add(new MakeSymlink("/proc/self/fd/0", "/dev/stdin"));
        steps.add(new MakeSymlink("/proc/self/fd/1", "/dev/stdout"));
        steps.add(new MakeSymlink("/proc/self/fd/2", "/dev/stderr"));
        // an own instance: no terminal of the host is reachable; gid 5 is tty by convention
        steps.add(new MountFilesystem(
                "devpts", "/dev/pts", EnumSet.of(NOSUID, NOEXEC), "newinstance,ptmxmode=0666,mode=0620,gid=5"));
        steps.add(new MakeSymlink("pts/ptmx", "/dev/ptmx"));
        steps.add(new MountFilesystem("tmpfs", "/dev/shm", INERT, "mode=1777,size=65536k"));
        steps.add(new MountFilesystem("mqueue", "/dev/mqueue", INERT, ""));
    }
}
