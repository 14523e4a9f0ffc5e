package dev.coffer.cli.run;

import dev.coffer.cli.syntax.Console;
import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Containerizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands the signals that this process gets to the task, those of a launch under way as soon as it is done. Before that,
 * one that ends a program ends this one. SIGQUIT stays the JVM's own (it prints its threads), SIGKILL nobody can catch.
 */
final class SignalRelay {
    private static final List<String> ENDING = List.of("INT", "TERM", "HUP");
    private static final List<String> PASSED_ON = List.of("USR1", "USR2");
    private static final List<String> PASSED_ON_WITH_RESIZE = List.of("USR1", "USR2", "WINCH");
    private static final int SHELL_BASE = 128;

    /** Where the container is in its life. */
    private enum Phase {
        PREPARING,
        LAUNCHING,
        RUNNING,
        OVER
    }

    private final Console console;
    private final Containerizer containerizer;
    private final ContainerId id;
    private final Runnable leave;
    private @Nullable Thread connecting;
    private Phase phase = Phase.PREPARING;
    private OptionalInt stoppedBy = OptionalInt.empty();
    private final List<Integer> pending = new ArrayList<>();

    /**
     * A relay that is not connected yet.
     *
     * @param leave called before the process ends because of a signal while nothing was launched
     */
    SignalRelay(Console console, Containerizer containerizer, ContainerId id, Runnable leave) {
        this.console = console;
        this.containerizer = containerizer;
        this.id = id;
        this.leave = leave;
    }

    /**
     * Starts receiving, on a thread of its own: the JVM is slow to learn it, and {@link #launching} waits for it.
     *
     * @param resize whether a resized terminal is the task's business, too
     */
    void connect(boolean resize) {
        connecting = new Thread(
                () -> {
                    ProcessSignals signals = ProcessSignals.open();
                    signals.on(ENDING, signal -> received(signal, true));
                    signals.on(resize ? PASSED_ON_WITH_RESIZE : PASSED_ON, signal -> received(signal, false));
                },
                "coffer-signals");
        connecting.start();
    }

    /** Calls {@code action} whenever the terminal is resized. */
    static void onResize(Runnable action) {
        ProcessSignals.open().on(List.of("WINCH"), signal -> action.run());
    }

    void launching() {
        try {
            if (connecting != null) {
                connecting.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        enter(Phase.LAUNCHING);
    }

    private synchronized void enter(Phase next) {
        phase = next;
    }

    synchronized void running() {
        phase = Phase.RUNNING;
        pending.forEach(this::pass);
    }

    void over() {
        enter(Phase.OVER);
    }

    /** The exit status if a signal ended the launch. */
    synchronized OptionalInt status() {
        return stoppedBy.isPresent() ? OptionalInt.of(SHELL_BASE + stoppedBy.getAsInt()) : OptionalInt.empty();
    }

    /** A task may have begun before the launch says so: its signals wait. Who asks twice to end it gets it at once. */
    private synchronized void received(int signal, boolean ending) {
        if (phase == Phase.RUNNING) {
            pass(signal);
        } else if (phase == Phase.LAUNCHING && ending && stoppedBy.isPresent()) {
            CompletableFuture<?> unused = containerizer.destroy(id).orElse(null);
        } else if (phase == Phase.LAUNCHING) {
            stoppedBy = ending ? OptionalInt.of(signal) : stoppedBy;
            pending.add(signal);
        } else if (phase == Phase.PREPARING && ending) {
            leave.run();
            Runtime.getRuntime().exit(SHELL_BASE + signal);
        }
    }

    private void pass(int signal) {
        try {
            containerizer.kill(id, signal);
        } catch (ContainerException e) {
            console.say(String.valueOf(e.getMessage()));
        }
    }
}
