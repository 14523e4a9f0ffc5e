package dev.coffer.containerizer.lifecycle;

import dev.coffer.container.Limitation;
import dev.coffer.container.Resources;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.containerizer.lifecycle.Container.Running;
import dev.coffer.containerizer.state.Records;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.containerizer.supervise.ExitWatch;
import dev.coffer.linux.ErrnoException;
import dev.coffer.shim.SupervisorRecord.Exit;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes the end of containers: decides why, while the kernel's counters are still there, and records it. */
final class Exits {
    private static final Logger LOG = LoggerFactory.getLogger(Exits.class);
    private static final int SIGKILL = 9;
    private static final int ORPHAN_TIMEOUT_MILLIS = 1_000;

    private final RuntimeLayout layout;
    private final Records records;
    private final ExitWatch watch;

    Exits(RuntimeLayout layout, Records records, ExitWatch watch) {
        this.layout = layout;
        this.records = records;
        this.watch = watch;
    }

    /** Will note the end of a container that runs. */
    void watch(Container container) throws ErrnoException {
        Running running = container.running().orElseThrow();
        watch.add(running.supervisor(), running.exit(), told -> ended(container, exitOf(container, told)));
        container.watchLimits(limitation -> endForLimit(container, limitation));
    }

    /** The task's end is noted as that of any other killed one, with this reason. */
    private static void endForLimit(Container container, Limitation limitation) {
        try {
            if (container.exceeded(limitation)) {
                container.killAll();
            }
        } catch (IOException e) {
            LOG.warn("cannot kill container {} that is beyond a limit: {}", container.id(), limitation.message(), e);
        }
    }

    /** Notes the end of a container whose supervisor is gone. */
    void ended(Container container) {
        ended(container, exitOf(container, OptionalLong.empty()));
    }

    private void ended(Container container, Optional<Exit> exit) {
        Termination termination;
        try {
            termination = terminationOf(container, exit);
            if (termination.reason() != Reason.EXITED || termination.oomKills() > 0) {
                record(container, termination);
            }
        } catch (RuntimeException | Error defect) { // whoever waits for the end must learn of it in any case
            LOG.error("cannot tell why container {} ended", container.id(), defect);
            termination = unexplained(defect);
        }
        container.ended();
        container.noteEnd(termination);
    }

    private static Termination unexplained(Throwable defect) {
        return new Termination(
                OptionalInt.empty(),
                OptionalInt.empty(),
                Reason.EXITED,
                "how it ended is not known: " + defect,
                0,
                System.currentTimeMillis());
    }

    /** What the supervisor's own record does not tell once the kernel's counters are gone with the cgroups. */
    private void record(Container container, Termination termination) {
        try {
            records.write(container.id(), termination);
        } catch (IOException e) {
            LOG.warn("cannot record why container {} ended", container.id(), e);
        }
    }

    /** As told a moment ago, or else as the supervisor recorded it; empty if it could not even do that. */
    private Optional<Exit> exitOf(Container container, OptionalLong told) {
        if (told.isPresent()) {
            return Optional.of(Exit.told(told.getAsLong(), System.currentTimeMillis()));
        }
        try {
            return Exit.read(layout.container(container.id()));
        } catch (IOException e) {
            LOG.warn("cannot read the exit status of container {}", container.id(), e);
            return Optional.empty();
        }
    }

    private Termination terminationOf(Container container, Optional<Exit> exit) {
        long oomKills = container.oomKills();
        if (exit.isEmpty()) {
            endOrphan(container);
            return new Termination(
                    OptionalInt.empty(),
                    OptionalInt.of(SIGKILL),
                    Reason.SUPERVISOR_LOST,
                    "its supervisor was killed, and the task with it; the exit status is not known",
                    oomKills,
                    System.currentTimeMillis());
        }
        Termination termination =
                decide(exit.get(), oomKills, container.settings().resources(), container.destroyRequested());
        Optional<Limitation> limitation = container.limitation();
        if (limitation.isEmpty() && termination.reason() == Reason.MEMORY_LIMIT) {
            return container
                    .outOfMemory()
                    .map(use -> outOfMemory(termination, use))
                    .orElse(termination);
        }
        return limitation.isPresent() ? limited(termination, limitation.get()) : termination;
    }

    /** A task that ended well meanwhile has not been ended by the limit. */
    static Termination limited(Termination termination, Limitation limitation) {
        if (termination.exitCode().orElse(-1) == 0) {
            return termination;
        }
        return new Termination(
                termination.exitCode(),
                termination.signal(),
                limitation.reason(),
                limitation.message(),
                termination.oomKills(),
                termination.finishedAtMillis(),
                Optional.of(limitation));
    }

    /** The same with what used the memory. */
    static Termination outOfMemory(Termination termination, Limitation use) {
        String message = termination.message() + (use.message().isEmpty() ? "" : "; bytes " + use.message());
        return new Termination(
                termination.exitCode(),
                termination.signal(),
                termination.reason(),
                message,
                termination.oomKills(),
                termination.finishedAtMillis(),
                Optional.of(new Limitation(use.reason(), message, use.resource())));
    }

    /** The kernel kills pid 1 with its supervisor, but not one without init that changed its user since: see prctl(2). */
    private static void endOrphan(Container container) {
        Optional<Running> running = container.running();
        try {
            container.killAll();
            if (running.isPresent() && !running.get().init().awaitExit(ORPHAN_TIMEOUT_MILLIS)) {
                LOG.warn("container {} outlives its supervisor: {}", container.id(), container.describeProcesses());
            }
        } catch (IOException e) {
            LOG.warn("cannot kill container {} that lost its supervisor", container.id(), e);
        }
    }

    /** A kill by the kernel counts as the cause only if the task did not end well: a survivor may exit 0. */
    static Termination decide(Exit exit, long oomKills, Resources limits, boolean destroyRequested) {
        int signal = exit.waitStatus() & 0x7f;
        int code = exit.waitStatus() >> 8 & 0xff;
        boolean killed = signal == SIGKILL || code == 128 + SIGKILL;
        Reason reason = Reason.EXITED;
        String message = signal == 0 ? "exited with status " + code : "killed by signal " + signal;
        if (oomKills > 0 && (killed || (signal == 0 && code != 0))) {
            reason = Reason.MEMORY_LIMIT;
            message = "memory limit" + limit(limits) + " exceeded: the kernel killed " + oomKills
                    + (oomKills == 1 ? " process" : " processes");
        } else if (destroyRequested && signal == SIGKILL) {
            reason = Reason.DESTROYED;
            message = "killed because the container was destroyed";
        }
        return new Termination(
                signal == 0 ? OptionalInt.of(code) : OptionalInt.empty(),
                signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal),
                reason,
                message,
                oomKills,
                exit.atMillis());
    }

    private static String limit(Resources limits) {
        return limits.memoryBytes().isPresent() ? " of " + limits.memoryBytes().getAsLong() + " bytes" : "";
    }
}
