package dev.coffer.linux.seccomp;

import java.util.List;

/**
 * A whole filter before it is compiled.
 *
 * @param otherwise applies to calls that no rule matches
 * @param foreignArchitecture applies to calls made through another architecture's entry, x32 and 32-bit included
 * @param rules must not overlap: the outcome of two rules that match the same call is not defined
 */
public record FilterPolicy(FilterAction otherwise, FilterAction foreignArchitecture, List<FilterRule> rules) {
    public FilterPolicy {
        rules = List.copyOf(rules);
    }
}
