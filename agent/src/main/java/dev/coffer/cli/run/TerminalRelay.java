package dev.coffer.cli.run;

import dev.coffer.cli.syntax.Console;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.terminal.RawMode;
import dev.coffer.linux.terminal.TerminalMaster;
import dev.coffer.linux.terminal.WindowSize;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/** Connects the terminal a person sits at with the container's. Whatever happens, the person's is as before at the end. */
final class TerminalRelay implements AutoCloseable {
    static final int STDIN = 0;
    private static final int BUFFER_BYTES = 8192;
    private static final long DRAIN_MILLIS = 2_000;

    private final Console console;
    private final TerminalMaster master;
    private final Thread output;
    private final Thread restoreAtExit;
    private final RawMode mode;

    private TerminalRelay(Console console, TerminalMaster master, RawMode mode) {
        this.console = console;
        this.master = master;
        this.mode = mode;
        this.output = new Thread(this::copyOutput, "coffer-terminal-output");
        this.restoreAtExit = new Thread(mode::close, "coffer-terminal-restore");
    }

    /**
     * Starts copying.
     *
     * @param masterFd of the container's terminal
     * @param input whether keys are passed on
     */
    static TerminalRelay start(Console console, int masterFd, boolean input) throws ErrnoException {
        TerminalMaster master = new TerminalMaster(masterFd);
        TerminalRelay relay = new TerminalRelay(console, master, RawMode.enter(STDIN));
        Runtime.getRuntime().addShutdownHook(relay.restoreAtExit);
        relay.output.setDaemon(true);
        relay.output.start();
        if (input) {
            Thread keys = new Thread(relay::copyInput, "coffer-terminal-input");
            keys.setDaemon(true);
            keys.start();
        }
        SignalRelay.onResize(relay::resize);
        relay.resize(); // it may have changed since it was measured
        return relay;
    }

    private void resize() {
        try {
            master.resize(WindowSize.of(STDIN));
        } catch (ErrnoException gone) {
            // whoever resized it has closed it since, or the container has ended
            return;
        }
    }

    private void copyOutput() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            for (int n = master.read(buffer); n >= 0; n = master.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException e) {
            console.say("cannot pass the container's output on: " + e.getMessage());
        }
    }

    private void copyInput() {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            FileInputStream keys = new FileInputStream(FileDescriptor.in);
            for (int n = keys.read(buffer); n >= 0; n = keys.read(buffer)) {
                master.write(buffer, n);
            }
        } catch (IOException hungUp) {
            // one of the two terminals is gone, which ends the container or follows its end
            return;
        }
    }

    /** After the task has ended: shows what it printed last, then gives the terminal back. */
    @Override
    public void close() {
        try {
            output.join(DRAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mode.close();
    }
}
