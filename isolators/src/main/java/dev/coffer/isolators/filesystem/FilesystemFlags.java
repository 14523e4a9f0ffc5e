package dev.coffer.isolators.filesystem;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.nio.file.Path;
import java.util.Optional;

/** Flags of {@code filesystem/linux}. */
public final class FilesystemFlags {
    public static final String DEFAULT_SANDBOX_DIRECTORY = "/mnt/mesos/sandbox";

    public static final Flag<Optional<Path>> SANDBOX_DIRECTORY = Flag.optional(
                    "sandbox_directory", Syntax.path(), "Where a container sees its sandbox.")
            .whenUnset(DEFAULT_SANDBOX_DIRECTORY + ", and only if a volume has a relative target")
            .otherThanMesos(
                    DEFAULT_SANDBOX_DIRECTORY, "a task without an executor has no use for it, and a launch is quicker");

    private FilesystemFlags() {}
}
