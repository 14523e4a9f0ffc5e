package dev.coffer.isolators.secret;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Flags of {@code environment_secret}. */
final class SecretFlags {
    static final Flag<String> RESOLVER = Flag.of(
            "secret_resolver",
            Syntax.text(),
            "value",
            "Who finds secrets: value takes values alone, file also reads files of --secret_dir, others are plug-ins.");

    static final Flag<Optional<Path>> DIRECTORY = Flag.optional(
                    "secret_dir", Syntax.path(), "Directory of the files that --secret_resolver=file reads.")
            .notInMesos()
            .whenUnset("there are none");

    static final List<Flag<?>> ALL = List.of(RESOLVER, DIRECTORY);

    private SecretFlags() {}
}
