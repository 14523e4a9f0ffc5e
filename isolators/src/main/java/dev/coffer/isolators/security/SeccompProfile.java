package dev.coffer.isolators.security;

import dev.coffer.linux.seccomp.ArgumentTest;
import dev.coffer.linux.seccomp.FilterAction;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterPolicy;
import dev.coffer.linux.seccomp.FilterRule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A parsed profile, before it is known which capabilities the task has and what machine it runs on.
 *
 * @param otherwise answers calls that no entry names
 */
record SeccompProfile(FilterAction otherwise, List<Entry> entries) {
    SeccompProfile {
        entries = List.copyOf(entries);
    }

    /**
     * One element of the profile's {@code syscalls}.
     *
     * @param alternatives the entry applies if all tests of one of them hold; none at all means always
     */
    record Entry(
            List<String> names,
            FilterAction action,
            List<List<ArgumentTest>> alternatives,
            Condition includes,
            Condition excludes) {
        Entry {
            names = List.copyOf(names);
            alternatives = List.copyOf(alternatives);
        }

        private boolean applies(long capabilities, FilterArchitecture architecture) {
            return includes.allHold(capabilities, architecture) && !excludes.anyHolds(capabilities, architecture);
        }
    }

    /** When an entry is in force; an empty part says nothing. */
    record Condition(long capabilities, Set<FilterArchitecture> architectures) {
        static final Condition NONE = new Condition(0, EnumSet.noneOf(FilterArchitecture.class));

        Condition {
            architectures = Set.copyOf(architectures);
        }

        private boolean allHold(long has, FilterArchitecture architecture) {
            return (capabilities & ~has) == 0 && (architectures.isEmpty() || architectures.contains(architecture));
        }

        private boolean anyHolds(long has, FilterArchitecture architecture) {
            return (capabilities & has) != 0 || architectures.contains(architecture);
        }
    }

    /**
     * The rules for a task with these capabilities. The first entry that names a call without looking at its arguments
     * settles it; later ones on the same call are dropped.
     *
     * <p>A call through another architecture's entry kills the process: its numbers mean other calls.
     */
    FilterPolicy resolve(long capabilities, FilterArchitecture architecture) {
        List<FilterRule> rules = new ArrayList<>();
        Set<String> settled = new HashSet<>();
        for (Entry entry : entries) {
            if (entry.applies(capabilities, architecture)) {
                addTo(rules, settled, entry);
            }
        }
        return new FilterPolicy(otherwise, FilterAction.KILL_PROCESS, rules);
    }

    private static void addTo(List<FilterRule> rules, Set<String> settled, Entry entry) {
        for (String name : entry.names()) {
            boolean always = entry.alternatives().isEmpty();
            if (always ? !settled.add(name) : settled.contains(name)) {
                continue;
            }
            if (always) {
                rules.add(new FilterRule(name, entry.action(), List.of()));
            }
            for (List<ArgumentTest> tests : entry.alternatives()) {
                rules.add(new FilterRule(name, entry.action(), tests));
            }
        }
    }
}
