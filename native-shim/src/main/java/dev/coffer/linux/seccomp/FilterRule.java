package dev.coffer.linux.seccomp;

import java.util.List;

/**
 * One rule: {@code action} applies to {@code syscall} if all {@code tests} hold. An argument is tested at most once.
 *
 * @param syscall the kernel's name; a name the library or the architecture does not know is skipped
 */
public record FilterRule(String syscall, FilterAction action, List<ArgumentTest> tests) {
    public FilterRule {
        tests = List.copyOf(tests);
    }
}
