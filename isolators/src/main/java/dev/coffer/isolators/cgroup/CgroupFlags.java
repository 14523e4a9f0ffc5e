package dev.coffer.isolators.cgroup;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Flags of {@code cgroups/*}. Public, because the name of the root is also part of where a host keeps its things. */
public final class CgroupFlags {
    public static final Flag<String> ROOT = Flag.of(
                    "cgroups_root",
                    new RootName(),
                    "coffer",
                    "Name of the cgroup that holds those of the containers, in every hierarchy.")
            .otherThanMesos("mesos", "both agents may run on one host");

    static final Flag<Duration> DESTROY_TIMEOUT = Flag.of(
            "cgroups_destroy_timeout",
            Syntax.duration(),
            "1mins",
            "How long a removal waits for killed processes to be gone.");

    static final Flag<Optional<AllowedDevices>> ALLOWED_DEVICES = Flag.optional(
                    "allowed_devices", new AllowedDevices.Json(), "Devices that containers may use.")
            .whenUnset(
                    "null, zero, full, random, urandom, tty, console, ptmx, pts and net/tun, which are always allowed");

    static final List<Flag<?>> ALL = List.of(ROOT, DESTROY_TIMEOUT);
    static final List<Flag<?>> DEVICES = List.of(ROOT, DESTROY_TIMEOUT, ALLOWED_DEVICES);

    private CgroupFlags() {}

    /** One safe path segment. */
    private record RootName() implements Syntax<String> {
        private static final int MAX_LENGTH = 128;

        @Override
        public String label() {
            return "NAME";
        }

        @Override
        public String expected() {
            return "one name of at most " + MAX_LENGTH
                    + " letters, digits, '_', '-' and '.' that starts with none of the last two";
        }

        @Override
        public String parse(String text) {
            boolean valid = !text.isEmpty() && text.length() <= MAX_LENGTH && isPlain(text.charAt(0));
            for (int i = 1; valid && i < text.length(); i++) {
                valid = isPlain(text.charAt(i)) || text.charAt(i) == '-' || text.charAt(i) == '.';
            }
            if (!valid) {
                throw new IllegalArgumentException();
            }
            return text;
        }

        private static boolean isPlain(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        }
    }
}
