package dev.coffer.isolators.security;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.util.List;
import java.util.Optional;

/** Flags of {@code linux/apparmor}. */
final class ApparmorFlags {
    static final Flag<Optional<String>> PROFILE = Flag.optional(
                    "apparmor_profile", Syntax.text(), "Loaded profile of containers that name none.")
            .whenUnset("such containers are not confined by AppArmor")
            .notInMesos();

    static final List<Flag<?>> ALL = List.of(PROFILE);

    private ApparmorFlags() {}
}
