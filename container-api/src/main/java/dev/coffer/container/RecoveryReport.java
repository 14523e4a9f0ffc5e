package dev.coffer.container;

import java.util.List;

/**
 * What {@link Containerizer#recover} found.
 *
 * @param running known again and still running
 * @param finished ended while nobody watched; their termination is kept until they are destroyed
 * @param removed left-overs that are gone now
 * @param failed left-overs that could not be removed, with the reason
 */
public record RecoveryReport(
        List<ContainerId> running, List<ContainerId> finished, List<ContainerId> removed, List<String> failed) {
    public RecoveryReport {
        running = List.copyOf(running);
        finished = List.copyOf(finished);
        removed = List.copyOf(removed);
        failed = List.copyOf(failed);
    }
}
