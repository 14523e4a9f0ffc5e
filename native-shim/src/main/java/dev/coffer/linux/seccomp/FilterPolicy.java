package dev.coffer.linux.seccomp;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A whole filter before it is compiled.
 *
 * @param otherwise applies to calls that no rule matches
 * @param foreignArchitecture applies to calls made through another architecture's entry, x32 and 32-bit included
 * @param rules must not overlap: the outcome of two rules that match the same call is not defined
 * @param newer says what is answered to calls that are newer than the policy; empty answers {@code otherwise}
 */
public record FilterPolicy(
        FilterAction otherwise, FilterAction foreignArchitecture, List<FilterRule> rules, Optional<NewerCalls> newer) {
    public FilterPolicy {
        rules = List.copyOf(rules);
    }

    /** A policy that tells newer calls from others by no more than its rules. */
    public FilterPolicy(FilterAction otherwise, FilterAction foreignArchitecture, List<FilterRule> rules) {
        this(otherwise, foreignArchitecture, rules, Optional.empty());
    }

    /**
     * Calls whose number is larger than that of every call whoever wrote the policy has heard of.
     *
     * @param known names of all that were heard of, whether a rule is about them or not
     */
    public record NewerCalls(Set<String> known, FilterAction action) {
        public NewerCalls {
            known = Set.copyOf(known);
        }
    }
}
