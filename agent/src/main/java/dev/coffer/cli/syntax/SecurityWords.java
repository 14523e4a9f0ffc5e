package dev.coffer.cli.syntax;

import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Extras;
import dev.coffer.container.SecuritySpec.Profiles;
import dev.coffer.container.SecuritySpec.Rlimit;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.isolators.security.AgentCapabilities;
import dev.coffer.isolators.security.Capability;
import dev.coffer.isolators.security.CapabilityPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Changes to the default confinement, as docker writes them. Causes only; the caller names the option. */
final class SecurityWords {
    private static final String ALL = "ALL";
    private static final String UNLIMITED = "unlimited";
    private static final int MAX_SCORE = 1000;

    private final Set<String> granted = new TreeSet<>();
    private final Set<String> dropped = new TreeSet<>();
    private final Map<String, Rlimit> limits = new LinkedHashMap<>();
    private boolean noNewPrivileges = true;
    private boolean writableCgroups;
    private SeccompMode seccomp = SeccompMode.DEFAULT_PROFILE;
    private Optional<String> seccompProfile = Optional.empty();
    private Optional<String> apparmorProfile = Optional.empty();
    private OptionalInt oomScoreAdj = OptionalInt.empty();

    SecuritySpec spec() {
        return new SecuritySpec(
                capabilities(),
                noNewPrivileges,
                seccomp,
                limits,
                new Profiles(seccompProfile, apparmorProfile),
                new Extras(Optional.empty(), oomScoreAdj));
    }

    /** Whether it may divide its share among cgroups of its own. */
    boolean writableCgroups() {
        return writableCgroups;
    }

    /** Docker's rule: dropping comes first, and ALL stands for every one that there is to give. */
    private Optional<Set<String>> capabilities() {
        if (granted.isEmpty() && dropped.isEmpty()) {
            return Optional.empty();
        }
        Set<String> names = new TreeSet<>();
        if (granted.contains(ALL) && dropped.isEmpty()) {
            return Optional.of(Set.of(ALL));
        }
        if (granted.contains(ALL)) {
            long ours = AgentCapabilities.ofThisProcess().bits();
            for (Capability capability : Capability.values()) {
                if ((ours & capability.bit()) != 0) {
                    names.add(capability.name());
                }
            }
        } else if (!dropped.contains(ALL)) {
            for (Capability capability : CapabilityPolicy.DEFAULT) {
                names.add(capability.name());
            }
        }
        names.removeAll(dropped);
        names.addAll(granted);
        names.remove(ALL);
        return Optional.of(names);
    }

    String grant(String name) {
        granted.add(named(name));
        return name;
    }

    String drop(String name) {
        dropped.add(named(name));
        return name;
    }

    private static String named(String name) {
        if (name.equalsIgnoreCase(ALL)) {
            return ALL;
        }
        return Capability.named(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no such capability; use ALL or a name of capabilities(7) such as NET_BIND_SERVICE"))
                .name();
    }

    /** Docker writes either '=' or ':' between name and value. The last one of a name counts. */
    String addOption(String option) {
        int end = 0;
        while (end < option.length() && option.charAt(end) != '=' && option.charAt(end) != ':') {
            end++;
        }
        String value = end < option.length() ? option.substring(end + 1) : "";
        switch (option.substring(0, end)) {
            case "no-new-privileges" -> noNewPrivileges = yes(value);
            case "writable-cgroups" -> writableCgroups = yes(value);
            case "seccomp" -> {
                boolean none = required(value).equals("unconfined");
                seccomp = none ? SeccompMode.UNCONFINED : SeccompMode.DEFAULT_PROFILE;
                seccompProfile = none ? Optional.empty() : Optional.of(value);
            }
            case "apparmor" -> apparmorProfile = Optional.of(required(value));
            default ->
                throw new IllegalArgumentException(
                        "there is only no-new-privileges[=true|=false], writable-cgroups[=true|=false],"
                                + " seccomp=unconfined|PROFILE and apparmor=unconfined|PROFILE");
        }
        return option;
    }

    private static String required(String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("name a profile, or unconfined");
        }
        return value;
    }

    private static boolean yes(String value) {
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("it is true or false");
        };
    }

    String setOomScoreAdj(String text) {
        try {
            int score = Integer.parseInt(text);
            if (score >= -MAX_SCORE && score <= MAX_SCORE) {
                oomScoreAdj = OptionalInt.of(score);
                return text;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("it must be a whole number from -1000 to 1000", e);
        }
        throw new IllegalArgumentException("it must be a whole number from -1000 to 1000");
    }

    /** {@code NAME=SOFT[:HARD]}; the hard limit is the soft one if it is not given. */
    String addLimit(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("write NAME=SOFT or NAME=SOFT:HARD");
        }
        String[] values = text.substring(equals + 1).split(":", -1);
        if (values.length > 2) {
            throw new IllegalArgumentException("write NAME=SOFT or NAME=SOFT:HARD");
        }
        long soft = limit(values[0]);
        limits.put(text.substring(0, equals), new Rlimit(soft, values.length == 2 ? limit(values[1]) : soft));
        return text;
    }

    private static long limit(String text) {
        if (text.equals(UNLIMITED)) {
            return -1;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is neither a whole number nor unlimited", e);
        }
    }
}
