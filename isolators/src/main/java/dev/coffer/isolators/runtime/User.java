package dev.coffer.isolators.runtime;

import java.util.List;

/**
 * Who the task runs as.
 *
 * @param uid unsigned 32-bit
 * @param gid unsigned 32-bit
 * @param groups supplementary ones, {@code gid} first: without it a process could drop the group that a file's mode
 *     shuts out (CVE-2022-36109)
 * @param home from the user's entry, or {@code /}
 */
record User(int uid, int gid, List<Integer> groups, String home) {
    User {
        groups = List.copyOf(groups);
    }
}
