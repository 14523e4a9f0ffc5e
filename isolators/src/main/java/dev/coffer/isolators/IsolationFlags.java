package dev.coffer.isolators;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.util.List;
import java.util.Optional;

/** Flags about isolators as such. Those of one isolator are declared next to it. */
public final class IsolationFlags {
    public static final Flag<Optional<List<String>>> ISOLATION = Flag.optional(
                    "isolation", Syntax.names(), "Which isolators containers are held by.")
            .whenUnset("all that this host can do of the isolators that docs/flags.md marks *")
            .otherThanMesos("posix/cpu,posix/mem", "a container should be one without a setting");

    static final List<Flag<?>> ALL = List.of(ISOLATION);

    private IsolationFlags() {}
}
