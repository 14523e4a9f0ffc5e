package dev.coffer.isolators.disk;

import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.disk.ProjectQuotaIsolator.Mode;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileSystemStatus;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.quota.ProjectQuotas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code disk/xfs} and {@code disk/ext4}: the same for two file systems, whose operators switch quotas on differently. */
public final class ProjectQuotaProvider implements IsolatorProvider {
    public static final String XFS = "disk/xfs";
    public static final String EXT4 = "disk/ext4";

    private static final Map<String, Long> TYPES = Map.of(XFS, FileSystemStatus.XFS, EXT4, FileSystemStatus.EXT4);
    private static final Map<String, String> REMEDIES = Map.of(
            XFS,
            "mount it with the option prjquota, on a kernel with CONFIG_XFS_QUOTA",
            EXT4,
            "give it quotas, unmounted, with tune2fs -O project,quota -Q prjquota and mount it with the option"
                    + " prjquota, on a kernel with CONFIG_QFMT_V2");

    private final String name;
    private final ProjectQuotas quotas;

    public ProjectQuotaProvider(String name) {
        this(name, ProjectQuotas.ofThisKernel());
    }

    ProjectQuotaProvider(String name, ProjectQuotas quotas) {
        this.name = name;
        this.quotas = quotas;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(
                DiskFlags.PROJECTS, DiskFlags.KILL, DiskFlags.HEADROOM, DiskFlags.WATCH_INTERVAL, DiskFlags.ENFORCE);
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        Path place = existing(setting.sandboxes());
        try (OpenDirectory directory = OpenDirectory.open(place)) {
            long type = directory.fileSystem().type();
            if (type != TYPES.getOrDefault(name, 0L)) {
                return Optional.of(otherFileSystem(place, type));
            }
            return switch (quotas.state(place)) {
                case NO_CALL -> Optional.of("the kernel has no quotactl_fd; use Linux 5.14 or later");
                case OFF -> Optional.of("the file system of " + place + " counts no projects; " + REMEDIES.get(name));
                case COUNTED ->
                    setting.flags().get(DiskFlags.ENFORCE)
                            ? Optional.of(
                                    "the file system of " + place + " counts projects but limits none; mount it with"
                                            + " the option prjquota instead of pqnoenforce")
                            : Optional.empty();
                case ENFORCED -> Optional.empty();
            };
        } catch (ErrnoException e) {
            return Optional.of(
                    "the file system of " + place + " cannot be looked at (" + e.getMessage() + "); run it as root");
        }
    }

    private String otherFileSystem(Path place, long type) {
        String kind = name.substring("disk/".length());
        String remedy = "put --work_dir on one of type " + kind + ", or use disk/du";
        for (Map.Entry<String, Long> other : TYPES.entrySet()) {
            if (other.getValue() == type) {
                remedy = "use " + other.getKey();
            }
        }
        if (type == FileSystemStatus.BTRFS) {
            return place + " is on btrfs, whose quota groups count subvolumes and not directories; " + remedy;
        }
        return place + " is not on " + kind + "; " + remedy;
    }

    private static Path existing(Path path) {
        Path found = path.toAbsolutePath();
        for (Path above = found; above != null && !Files.isDirectory(found); above = above.getParent()) {
            found = above;
        }
        return found;
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        FlagValues flags = setting.flags();
        ProjectIds ids = new ProjectIds(
                setting.workDirectory().resolve("isolators/project_ids"),
                flags.get(DiskFlags.PROJECTS),
                quotas,
                setting::sandbox);
        Mode mode = new Mode(flags.get(DiskFlags.ENFORCE), flags.get(DiskFlags.KILL), flags.get(DiskFlags.HEADROOM));
        return List.of(new ProjectQuotaIsolator(
                name,
                quotas,
                ids,
                new DiskLimits(setting.stateDirectory(name)),
                setting::sandbox,
                mode,
                new DiskWatch("coffer-disk-quota", flags.get(DiskFlags.WATCH_INTERVAL))));
    }
}
