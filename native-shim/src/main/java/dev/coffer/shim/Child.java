package dev.coffer.shim;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.ControlSocket;
import dev.coffer.linux.process.ControlSocket.Message;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.EventCounter;
import dev.coffer.linux.process.PidFd;
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
    private static final int END_TIMEOUT_MILLIS = 10_000;

    private final PidFd supervisor;
    private final ControlSocket control;
    private final EventCounter gate;
    private final EventCounter exit;
    private final Runnable whenGone;
    private final Optional<ListenerHandover> handover;
    private Optional<Descriptor> terminal = Optional.empty();
    private Optional<Descriptor> listener = Optional.empty();
    private Optional<PidFd> init = Optional.empty();
    private boolean released;
    private boolean ended;

    Child(
            Prefork.Launcher launcher,
            EventCounter gate,
            EventCounter exit,
            Optional<ListenerHandover> handover,
            Runnable whenGone) {
        this.supervisor = launcher.process();
        this.control = launcher.control();
        this.gate = gate;
        this.exit = exit;
        this.handover = handover;
        this.whenGone = whenGone;
    }

    /** Tells the launcher what to launch. */
    void order(String id, Descriptor plan, Descriptor runtime, StandardStreams streams) throws ErrnoException {
        int[] own = streams.numbers();
        control.send("launch " + id, plan.fd(), runtime.fd(), gate.fd(), exit.fd(), own[0], own[1], own[2]);
    }

    /** Instead of {@link #close} for a launcher that never got its order: it ends by itself. */
    void abandon() {
        control.close();
        supervisor.close();
        gate.close();
        exit.close();
    }

    /**
     * Returns when every step before the gate is done.
     *
     * @param timeoutMillis for each of the launcher's messages
     * @throws StepFailedException naming the step
     */
    public void awaitReady(int timeoutMillis) throws IOException {
        boolean ready = false;
        // the supervisor tells the pid and pid 1 that it is ready: either may be heard first
        while (!ready || init.isEmpty()) {
            ready |= next(timeoutMillis) instanceof LaunchReport.Ready;
            handOver();
        }
    }

    /**
     * Opens the gate and returns when the task's own code runs.
     *
     * @throws StepFailedException naming the step, {@code exec} among them
     */
    public void release(int timeoutMillis) throws IOException {
        control.send("go"); // to the supervisor, who opens the gate if we die before the next line
        released = true;
        gate.increment();
        Optional<Message> last = receive(timeoutMillis);
        if (last.isPresent() && LaunchReport.parse(last.get()) instanceof LaunchReport.Failed failed) {
            throw failed.failure();
        }
        control.close();
        gate.close();
    }

    private LaunchReport next(int timeoutMillis) throws IOException {
        Message message = receive(timeoutMillis)
                .orElseThrow(() -> new EOFException("launcher " + supervisor.pid() + " ended without a report"));
        LaunchReport report = LaunchReport.parse(message);
        if (report instanceof LaunchReport.Started started) {
            init = open(started.pid());
        } else if (report instanceof LaunchReport.TerminalOpened opened) {
            terminal = Optional.of(opened.master());
        } else if (report instanceof LaunchReport.ListenerOpened opened) {
            listener = Optional.of(opened.listener());
        } else if (report instanceof LaunchReport.Failed failed) {
            throw failed.failure();
        }
        return report;
    }

    /** At once, because the task may wait for an answer already. */
    private void handOver() throws IOException {
        if (listener.isPresent() && init.isPresent() && handover.isPresent()) {
            try (Descriptor taken = listener.get()) {
                listener = Optional.empty();
                handover.get().send(taken, init.get().pid());
            }
        }
    }

    /**
     * Empty if the process has ended already: then the launcher's next message tells why. Its number is its own as long
     * as the supervisor, who alone could reap it, is there.
     */
    private Optional<PidFd> open(int pid) throws ErrnoException {
        PidFd process;
        try {
            process = PidFd.open(pid);
        } catch (ErrnoException e) {
            if (e.is(Errno.ESRCH)) {
                return Optional.empty();
            }
            throw e;
        }
        if (supervisor.awaitExit(0)) {
            process.close();
            return Optional.empty();
        }
        return Optional.of(process);
    }

    private Optional<Message> receive(int timeoutMillis) throws IOException {
        try {
            return control.receive(timeoutMillis);
        } catch (ErrnoException e) {
            if (e.is(Errno.EAGAIN)) {
                throw new IOException("launcher " + supervisor.pid() + " got nowhere for " + timeoutMillis + " ms", e);
            }
            throw e;
        }
    }

    /** The process that outlives us; owned by this child until it is closed. */
    public PidFd supervisor() {
        return supervisor;
    }

    /** Tells of the task's end, see {@link SupervisorRecord.Exit#told}; owned by this child until it is closed. */
    public EventCounter exit() {
        return exit;
    }

    /** The container's pid 1; known once {@link #awaitReady} has returned. */
    public PidFd init() {
        return init.orElseThrow(() -> new IllegalStateException("pid 1 does not exist yet"));
    }

    /** Hands over the master of the task's terminal, if the plan opens one; what is not taken is closed with the child. */
    public OptionalInt takeTerminal() {
        Optional<Descriptor> taken = terminal;
        terminal = Optional.empty();
        return taken.map(master -> OptionalInt.of(master.release())).orElse(OptionalInt.empty());
    }

    /** Whether the gate was opened: the task may run even if {@link #release} threw. */
    public boolean released() {
        return released;
    }

    /**
     * Kills pid 1, with it all of its pid namespace, then waits for the supervisor to end; the process that forked it has
     * it reaped. Idempotent.
     *
     * @throws IOException if they do not end in time; a later call tries again
     */
    @Override
    public void close() throws IOException {
        if (ended) {
            return;
        }
        control.close(); // tells a supervisor that still waits for the gate
        gate.close();
        terminal.ifPresent(Descriptor::close);
        listener.ifPresent(Descriptor::close);
        if (init.isPresent()) {
            init.get().killNow();
        }
        if (!supervisor.awaitExit(END_TIMEOUT_MILLIS)) {
            throw new IOException("launcher " + supervisor.pid() + " did not end within " + END_TIMEOUT_MILLIS
                    + " ms; it may be inside a mount that hangs");
        }
        whenGone.run();
        supervisor.close();
        exit.close();
        init.ifPresent(PidFd::close);
        ended = true;
    }
}
