package dev.coffer.container;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What the task may do to the kernel.
 *
 * @param capabilities names such as {@code NET_BIND_SERVICE}, or empty for the default set
 * @param noNewPrivileges whether set-user-ID bits and file capabilities are ignored on exec
 * @param rlimits by name without prefix, {@code nofile}
 * @param profiles other rules than the operator's
 */
public record SecuritySpec(
        Optional<Set<String>> capabilities,
        boolean noNewPrivileges,
        SeccompMode seccomp,
        Map<String, Rlimit> rlimits,
        Profiles profiles,
        Extras extras) {

    public static final SecuritySpec DEFAULT =
            new SecuritySpec(Optional.empty(), true, SeccompMode.DEFAULT_PROFILE, Map.of());

    public SecuritySpec {
        capabilities = capabilities.map(Set::copyOf);
        rlimits = Collections.unmodifiableMap(new LinkedHashMap<>(rlimits));
        if (seccomp == SeccompMode.UNCONFINED && profiles.seccomp().isPresent()) {
            throw new IllegalArgumentException("a task has a seccomp profile or is unconfined, not both");
        }
    }

    /** One with the operator's profiles. */
    public SecuritySpec(
            Optional<Set<String>> capabilities,
            boolean noNewPrivileges,
            SeccompMode seccomp,
            Map<String, Rlimit> rlimits) {
        this(capabilities, noNewPrivileges, seccomp, rlimits, Profiles.NONE, Extras.NONE);
    }

    /** The same with these profiles. */
    public SecuritySpec with(Profiles others) {
        return new SecuritySpec(capabilities, noNewPrivileges, seccomp, rlimits, others, extras);
    }

    /** The same with these. */
    public SecuritySpec with(Extras others) {
        return new SecuritySpec(capabilities, noNewPrivileges, seccomp, rlimits, profiles, others);
    }

    /**
     * Rules of the operator that a task names, each empty for the operator's default.
     *
     * @param seccomp a file in {@code --seccomp_config_dir}
     * @param apparmor a profile that the kernel has loaded, or {@code unconfined}
     */
    public record Profiles(Optional<String> seccomp, Optional<String> apparmor) {
        public static final Profiles NONE = new Profiles(Optional.empty());

        public Profiles(Optional<String> seccomp) {
            this(seccomp, Optional.empty());
        }
    }

    /**
     * What few tasks ask for.
     *
     * @param boundingCapabilities what the task and all that it starts can ever have, or empty for the effective ones
     * @param oomScoreAdj -1000 to 1000: how early the kernel kills it when memory is short
     */
    public record Extras(Optional<Set<String>> boundingCapabilities, OptionalInt oomScoreAdj) {
        public static final Extras NONE = new Extras(Optional.empty(), OptionalInt.empty());

        private static final int MAX_SCORE = 1000;

        public Extras {
            boundingCapabilities = boundingCapabilities.map(Set::copyOf);
            if (Math.abs(oomScoreAdj.orElse(0)) > MAX_SCORE) {
                throw new IllegalArgumentException(
                        "oom_score_adj must be -1000 to 1000, was " + oomScoreAdj.getAsInt());
            }
        }
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
