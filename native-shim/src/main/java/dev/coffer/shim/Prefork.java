package dev.coffer.shim;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.ControlSocket;
import dev.coffer.linux.process.ControlSocket.Message;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.EventCounter;
import dev.coffer.linux.process.PidFd;
import dev.coffer.linux.process.Spawner;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One process that forks launchers ahead of need, prefork.c: to start a program from the JVM and to make a network
 * namespace is most of what a launch would wait for. Ends with us, and with it every launcher nobody has taken.
 */
final class Prefork implements AutoCloseable {
    // Numbers of shim.h.
    private static final int AGENT_FD = 3;
    private static final int ORDERS_FD = 4;

    private static final int TIMEOUT_MILLIS = 10_000;
    /** Launchers kept waiting. One hides the cost of back-to-back launches; more would only hold memory. */
    private static final int SPARE = 1;
    /** Makes room behind the arguments for the container's id; see title.c. */
    private static final String TITLE_ROOM = "COFFER_TITLE=" + "-".repeat(240);

    /** A launcher that waits for its order. */
    record Launcher(PidFd process, ControlSocket control) {}

    private final PidFd process;
    private final ControlSocket control;
    private final EventCounter orders;
    private int ordered;

    private Prefork(PidFd process, ControlSocket control, EventCounter orders) {
        this.process = process;
        this.control = control;
        this.orders = orders;
    }

    /** Starts the process and orders its first launcher. */
    static Prefork start(Descriptor executable) throws ErrnoException {
        EventCounter orders = EventCounter.ofSingles();
        ControlSocket.Pair pair = ControlSocket.pair();
        try (Descriptor theirs = pair.theirs()) {
            int pid = Spawner.spawn(
                    executable,
                    List.of("coffer-shim", "waits"),
                    List.of(TITLE_ROOM),
                    Map.of(AGENT_FD, theirs.fd(), ORDERS_FD, orders.fd()));
            Prefork prefork = new Prefork(PidFd.open(pid), pair.ours(), orders);
            prefork.refill();
            return prefork;
        } catch (ErrnoException e) {
            pair.ours().close();
            orders.close();
            throw e;
        }
    }

    /**
     * A launcher, usually one that waits already.
     *
     * @throws EOFException if the process is gone; a new one has to be started
     */
    synchronized Launcher take() throws IOException {
        if (ordered == 0) {
            order();
        }
        return next();
    }

    /** Has the next launcher made while nobody waits for it. A failure shows when it is taken. */
    synchronized void refill() throws ErrnoException {
        if (ordered < SPARE) {
            order();
        }
    }

    private void order() throws ErrnoException {
        orders.increment();
        ordered++;
    }

    private Launcher next() throws IOException {
        Optional<Message> message = control.receive(TIMEOUT_MILLIS);
        if (message.isEmpty()) {
            throw new EOFException("the process that forks launchers, " + process.pid() + ", is gone");
        }
        ordered--;
        String[] words = message.get().text().split(" ", 2);
        List<Descriptor> descriptors = message.get().descriptors();
        if (words[0].equals("launcher") && descriptors.size() == 2) {
            return new Launcher(
                    PidFd.adopt(Integer.parseInt(words[1]), descriptors.get(0)),
                    ControlSocket.adopt(descriptors.get(1)));
        }
        descriptors.forEach(Descriptor::close);
        if (words[0].equals("failed")) {
            throw new ErrnoException("clone3(launcher)", Integer.parseInt(words[1]));
        }
        throw new IOException(
                "the process that forks launchers said '" + message.get().text() + "'");
    }

    /** Ends it and the launchers nobody took; returns when they are gone. */
    @Override
    public synchronized void close() throws IOException {
        try {
            while (ordered > 0) {
                end(next());
            }
        } catch (EOFException | ErrnoException gone) {
            ordered = 0; // they end by themselves, having lost the other end of their sockets
        }
        control.close();
        orders.close();
        if (!process.awaitExit(TIMEOUT_MILLIS)) {
            process.killNow();
        }
        process.awaitExit(TIMEOUT_MILLIS);
        process.reap();
        process.close();
    }

    private static void end(Launcher launcher) throws ErrnoException {
        launcher.control().close();
        launcher.process().awaitExit(TIMEOUT_MILLIS);
        launcher.process().close();
    }

    /** Whether a failure means that the process is gone. */
    static boolean isGone(IOException failure) {
        return failure instanceof EOFException
                || (failure instanceof ErrnoException e && (e.is(Errno.EPIPE) || e.is(Errno.ECONNRESET)));
    }
}
