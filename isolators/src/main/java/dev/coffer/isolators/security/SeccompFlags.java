package dev.coffer.isolators.security;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Flags of {@code linux/seccomp}. */
final class SeccompFlags {
    static final Flag<Optional<Path>> CONFIG_DIR = Flag.optional(
                    "seccomp_config_dir",
                    Syntax.path(),
                    "Directory of the profiles that --seccomp_profile_name and containers name.")
            .whenUnset("the built-in profile is the only one");

    static final Flag<Optional<String>> PROFILE_NAME = Flag.optional(
                    "seccomp_profile_name",
                    new ProfileName(),
                    "Profile of containers that name none, a file in --seccomp_config_dir.")
            .whenUnset("the built-in profile; with the Mesos agent no filter at all");

    static final List<Flag<?>> ALL = List.of(CONFIG_DIR, PROFILE_NAME);

    private SeccompFlags() {}

    /** Whether {@code name} is a path that stays in the directory it is relative to. */
    static boolean isName(String name) {
        boolean plain = !name.isEmpty() && !name.startsWith("/") && name.indexOf('\0') < 0;
        for (String part : name.split("/", -1)) {
            plain &= !part.isEmpty() && !part.equals(".") && !part.equals("..");
        }
        return plain;
    }

    private record ProfileName() implements Syntax<String> {
        @Override
        public String label() {
            return "NAME";
        }

        @Override
        public String expected() {
            return "a file name, or a path without '..' that is relative to --seccomp_config_dir";
        }

        @Override
        public String parse(String text) {
            if (!isName(text)) {
                throw new IllegalArgumentException();
            }
            return text;
        }
    }
}
