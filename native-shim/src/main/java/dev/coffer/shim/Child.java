package dev.coffer.shim;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.ControlSocket;
import dev.coffer.linux.process.ControlSocket.Message;
import dev.coffer.linux.process.PidFd;
import dev.coffer.linux.process.Processes;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A launch in progress: a supervisor and a pid 1 that waits at its gate. Confined to the launching thread.
 *
 * <p>Closing it before {@link #release} ends both; after it, both go on without us.
 */
public final class Child implements AutoCloseable {
    private final int supervisorPid;
    private final ControlSocket control;
    private OptionalInt pid = OptionalInt.empty();
    private OptionalInt terminal = OptionalInt.empty();
    private boolean released;

    Child(int supervisorPid, ControlSocket control) {
        this.supervisorPid = supervisorPid;
        this.control = control;
    }

    /**
     * Returns when every step before the gate is done.
     *
     * @param timeoutMillis for each of the launcher's messages
     * @throws StepFailedException naming the step
     */
    public void awaitReady(int timeoutMillis) throws IOException {
        while (!(next(timeoutMillis) instanceof LaunchReport.Ready)) {
            // pid and terminal are noted by next()
        }
    }

    /**
     * Opens the gate and returns when the task's own code runs.
     *
     * @throws StepFailedException naming the step, {@code exec} among them
     */
    public void release(int timeoutMillis) throws IOException {
        control.send("go");
        released = true;
        Optional<Message> last = receive(timeoutMillis);
        if (last.isPresent() && LaunchReport.parse(last.get()) instanceof LaunchReport.Failed failed) {
            throw failed.failure();
        }
    }

    private LaunchReport next(int timeoutMillis) throws IOException {
        Message message = receive(timeoutMillis)
                .orElseThrow(() -> new EOFException("launcher " + supervisorPid + " ended without a report"));
        LaunchReport report = LaunchReport.parse(message);
        if (report instanceof LaunchReport.Started started) {
            pid = OptionalInt.of(started.pid());
        } else if (report instanceof LaunchReport.TerminalOpened opened) {
            terminal = OptionalInt.of(opened.fd());
        } else if (report instanceof LaunchReport.Failed failed) {
            throw failed.failure();
        }
        return report;
    }

    private Optional<Message> receive(int timeoutMillis) throws IOException {
        try {
            return control.receive(timeoutMillis);
        } catch (ErrnoException e) {
            if (e.is(Errno.EAGAIN)) {
                throw new IOException("launcher " + supervisorPid + " got nowhere for " + timeoutMillis + " ms", e);
            }
            throw e;
        }
    }

    public int supervisorPid() {
        return supervisorPid;
    }

    /** The container's pid 1 as the host sees it; known once {@link #awaitReady} has returned. */
    public int pid() {
        return pid.orElseThrow(() -> new IllegalStateException("pid 1 does not exist yet"));
    }

    /** The master of the task's terminal, if the plan opens one; the caller owns it. */
    public OptionalInt terminal() {
        return terminal;
    }

    /** Before the gate is open: makes the supervisor kill pid 1 and end, and reaps it. */
    @Override
    public void close() throws IOException {
        control.close();
        if (released) {
            return;
        }
        pid.ifPresent(Child::killQuietly);
        // Without the control socket the supervisor gives up by itself, within the time of a step it may be in.
        Processes.reapBlocking(supervisorPid);
    }

    private static void killQuietly(int pid) {
        try (PidFd process = PidFd.open(pid)) {
            process.killNow();
        } catch (ErrnoException gone) {
            // not reaped before its supervisor ends, so the number cannot be another process's; ESRCH is success
        }
    }
}
