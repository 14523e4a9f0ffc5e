package dev.coffer.container;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the task may do to the kernel.
 *
 * @param capabilities names such as {@code NET_BIND_SERVICE}, or empty for the default set
 * @param noNewPrivileges whether set-user-ID bits and file capabilities are ignored on exec
 * @param rlimits by name without prefix, {@code nofile}
 */
public record SecuritySpec(
        Optional<Set<String>> capabilities, boolean noNewPrivileges, SeccompMode seccomp, Map<String, Rlimit> rlimits) {

    public static final SecuritySpec DEFAULT =
            new SecuritySpec(Optional.empty(), true, SeccompMode.DEFAULT_PROFILE, Map.of());

    public SecuritySpec {
        capabilities = capabilities.map(Set::copyOf);
        rlimits = Collections.unmodifiableMap(new LinkedHashMap<>(rlimits));
    }

    /** Which system-call filter is installed. */
    public enum SeccompMode {
        DEFAULT_PROFILE,
        UNCONFINED
    }

    /**
     * Soft and hard limit in the unit of {@code setrlimit(2)}; -1 is unlimited.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/getrlimit.2.html">setrlimit(2)</a>
     */
    public record Rlimit(long soft, long hard) {
        public Rlimit {
            if (soft < -1 || hard < -1) {
                throw new IllegalArgumentException("rlimit must be -1 (unlimited) or more, was " + soft + ":" + hard);
            }
            if (Long.compareUnsigned(soft, hard) > 0) {
                throw new IllegalArgumentException("rlimit soft " + soft + " must not exceed hard " + hard);
            }
        }
    }
}
