package dev.coffer.isolators.disk;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.time.Duration;

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

    private DiskFlags() {}
}
