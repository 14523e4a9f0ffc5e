package dev.coffer.isolators.disk;

import dev.coffer.flag.Flag;
import dev.coffer.flag.NumberRange;
import dev.coffer.flag.Syntax;
import java.time.Duration;
import java.util.List;

/** Flags of the disk isolators. */
public final class DiskFlags {
    public static final Flag<Duration> WATCH_INTERVAL = Flag.of(
            "container_disk_watch_interval",
            Syntax.duration(),
            "15secs",
            "Pause between two looks at the disk space of one container.");

    public static final Flag<Boolean> ENFORCE = Flag.of(
            "enforce_container_disk_quota",
            Syntax.bool(),
            "false",
            "End a container that takes more disk space than its limit.");

    static final Flag<List<NumberRange>> PROJECTS = Flag.of(
            "xfs_project_range",
            Syntax.ranges(1, 0xffff_fffeL),
            "[5000-10000]",
            "Project ids for containers, on XFS and on ext4; nobody else may use them on that file system.");

    static final Flag<Boolean> KILL = Flag.of(
            "xfs_kill_containers",
            Syntax.bool(),
            "false",
            "End a container beyond its limit, instead of refusing its writes, on ext4 too.");

    static final Flag<Long> HEADROOM = Flag.of(
            "xfs_quota_headroom",
            Syntax.bytes(),
            "10MB",
            "What a container may write beyond its limit until it is ended, with --xfs_kill_containers.");

    private DiskFlags() {}
}
