package dev.coffer.isolators.security;

import dev.coffer.isolation.LaunchStep.SeccompListener;
import dev.coffer.linux.Errno;
import dev.coffer.linux.seccomp.ArgumentTest;
import dev.coffer.linux.seccomp.FilterAction;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterPolicy;
import dev.coffer.linux.seccomp.FilterRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A parsed profile, before it is known which capabilities the task has and what machine it runs on.
 *
 * @param otherwise answers calls that no entry names
 */
record SeccompProfile(FilterAction otherwise, List<Entry> entries, Installation installation) {
    private static final FilterAction NO_SUCH_CALL = FilterAction.errno(Errno.ENOSYS);
    private static final String CLONE3 = "clone3";

    SeccompProfile {
        entries = List.copyOf(entries);
    }

    /**
     * What is said to the kernel besides the filter.
     *
     * @param flags {@code SECCOMP_FILTER_FLAG_*}
     * @param listener who answers where an entry says {@code SCMP_ACT_NOTIFY}
     */
    record Installation(long flags, Optional<SeccompListener> listener) {
        static final Installation PLAIN = new Installation(0, Optional.empty());
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

        private boolean applies(Target target) {
            return includes.allHold(target) && !excludes.anyHolds(target);
        }
    }

    /**
     * What a profile is fitted to.
     *
     * @param capabilities all that the task can ever have
     */
    record Target(long capabilities, FilterArchitecture architecture, KernelRelease kernel) {
        Target(long capabilities, FilterArchitecture architecture) {
            this(capabilities, architecture, KernelRelease.present());
        }
    }

    /**
     * When an entry is in force; an empty part says nothing.
     *
     * @param architectures names as profiles have them, of which we know but two
     */
    record Condition(long capabilities, Set<String> architectures, Optional<KernelRelease> minKernel) {
        static final Condition NONE = new Condition(0, Set.of(), Optional.empty());

        Condition {
            architectures = Set.copyOf(architectures);
        }

        private boolean allHold(Target target) {
            return (capabilities & ~target.capabilities()) == 0
                    && (architectures.isEmpty() || names(target.architecture()))
                    && (minKernel.isEmpty() || isReached(target.kernel()));
        }

        private boolean anyHolds(Target target) {
            return (capabilities & target.capabilities()) != 0
                    || names(target.architecture())
                    || isReached(target.kernel());
        }

        private boolean names(FilterArchitecture architecture) {
            for (String name : architectures) {
                if (FilterArchitecture.named(name).equals(Optional.of(architecture))) {
                    return true;
                }
            }
            return false;
        }

        private boolean isReached(KernelRelease kernel) {
            return minKernel.isPresent() && kernel.compareTo(minKernel.get()) >= 0;
        }
    }

    /**
     * The rules for a task with these capabilities. The first entry that names a call without looking at its arguments
     * settles it; later ones on the same call are dropped.
     *
     * <p>A call through another architecture's entry kills the process: its numbers mean other calls. Calls that are
     * newer than the profile, and {@code clone3} if no entry is about it, do not exist: a C library then does without
     * them, where it would take another error for final.
     */
    FilterPolicy resolve(Target target) {
        List<FilterRule> rules = new ArrayList<>();
        Set<String> settled = new HashSet<>();
        Set<String> known = new HashSet<>();
        for (Entry entry : entries) {
            known.addAll(entry.names());
            if (entry.applies(target)) {
                addTo(rules, settled, entry);
            }
        }
        if (otherwise.permits() || otherwise.equals(NO_SUCH_CALL)) {
            return new FilterPolicy(otherwise, FilterAction.KILL_PROCESS, rules);
        }
        if (rules.stream().noneMatch(rule -> rule.syscall().equals(CLONE3))) {
            rules.add(new FilterRule(CLONE3, NO_SUCH_CALL, List.of()));
        }
        return new FilterPolicy(
                otherwise,
                FilterAction.KILL_PROCESS,
                rules,
                Optional.of(new FilterPolicy.NewerCalls(known, NO_SUCH_CALL)));
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
