package dev.coffer.container;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a container ended.
 *
 * @param exitCode present if the task called exit
 * @param signal present if a signal killed it
 * @param oomKills processes of the container that the kernel killed for memory
 * @param finishedAtMillis milliseconds since the epoch
 * @param limitation what an isolator ended it for
 */
public record Termination(
        OptionalInt exitCode,
        OptionalInt signal,
        Reason reason,
        String message,
        long oomKills,
        long finishedAtMillis,
        Optional<Limitation> limitation) {

    /** One that no isolator brought about. */
    public Termination(
            OptionalInt exitCode,
            OptionalInt signal,
            Reason reason,
            String message,
            long oomKills,
            long finishedAtMillis) {
        this(exitCode, signal, reason, message, oomKills, finishedAtMillis, Optional.empty());
    }

    /** Why it ended, for a machine. */
    public enum Reason {
        /** The task ended by itself or by a signal that is not ours. */
        EXITED,
        /** {@code destroy} was called while it ran. */
        DESTROYED,
        /** The kernel killed it for exceeding its memory limit. */
        MEMORY_LIMIT,
        /** An isolator ended it for using more disk than it may. */
        DISK_LIMIT,
        /** An isolator ended it for listening on a port that is not its own. */
        PORTS_LIMIT,
        /** An isolator ended it for having too many processes. */
        PIDS_LIMIT,
        /** It ran longer than it may. */
        TIME_LIMIT,
        /** It was never started: launch failed or the agent died before the gate opened. */
        LAUNCH_FAILED,
        /** Its supervisor was killed, so the status is unknown. */
        SUPERVISOR_LOST
    }

    /** The status a shell would report: the exit code, or 128 plus the signal, or 137 if neither is known. */
    public int shellStatus() {
        if (exitCode.isPresent()) {
            return exitCode.getAsInt();
        }
        return 128 + signal.orElse(9);
    }
}
