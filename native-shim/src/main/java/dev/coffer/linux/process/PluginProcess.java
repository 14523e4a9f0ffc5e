package dev.coffer.linux.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a small program of the operator's to its end: input in, output out, for a bounded time and with bounded output.
 * What it starts is killed with it if it does not end in time.
 */
public final class PluginProcess {
    private static final int ERROR_BYTES = 64 << 10;
    private static final int BUFFER = 8192;
    /** Output may still be in a pipe when its writer has ended; somebody else may hold the pipe open for ever. */
    private static final int DRAIN_MILLIS = 2_000;

    /** How it came to an end. */
    public enum Ending {
        EXITED,
        TIMED_OUT,
        TOO_MUCH_OUTPUT
    }

    /**
     * What came of it.
     *
     * @param status its exit status; meaningless unless it {@link Ending#EXITED}
     * @param error the beginning of what it wrote to standard error
     */
    public record Outcome(Ending ending, int status, String output, String error) {}

    private final Process process;
    private final Collector output;
    private final Collector error;

    private PluginProcess(Process process, int maxOutput) {
        this.process = process;
        this.output = new Collector(process.getInputStream(), maxOutput, this::kill);
        this.error = new Collector(process.getErrorStream(), ERROR_BYTES, () -> {});
    }

    /**
     * Runs it.
     *
     * @param environment all of it; nothing of ours is added
     * @param maxOutput bytes of standard output after which it is killed
     * @throws IOException if it cannot be started
     */
    public static Outcome run(
            Path program, Map<String, String> environment, byte[] input, Duration timeout, int maxOutput)
            throws IOException {
        return run(program, List.of(), environment, input, timeout, maxOutput);
    }

    /**
     * Runs it with arguments, which every user of the host can see.
     *
     * @see #run(Path, Map, byte[], Duration, int)
     */
    public static Outcome run(
            Path program,
            List<String> arguments,
            Map<String, String> environment,
            byte[] input,
            Duration timeout,
            int maxOutput)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.directory(Path.of("/").toFile());
        return new PluginProcess(builder.start(), maxOutput).finish(input, timeout);
    }

    private Outcome finish(byte[] input, Duration timeout) throws IOException {
        Thread out = start(output);
        Thread err = start(error);
        start(() -> feed(input));
        try {
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                kill();
                process.waitFor(DRAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
            out.join(DRAIN_MILLIS);
            err.join(DRAIN_MILLIS);
            Ending ending = output.overflowed() ? Ending.TOO_MUCH_OUTPUT : ended ? Ending.EXITED : Ending.TIMED_OUT;
            int status = process.isAlive() ? -1 : process.exitValue();
            return new Outcome(ending, status, output.text(), error.text());
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a plugin ran");
        }
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "coffer-plugin");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void feed(byte[] input) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException notRead) {
            // it need not read what it does not want
        }
    }

    /** Keeps the first bytes of a stream and lets go of the rest. */
    private static final class Collector implements Runnable {
        private final InputStream in;
        private final int max;
        private final Runnable onOverflow;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean overflowed;

        Collector(InputStream in, int max, Runnable onOverflow) {
            this.in = in;
            this.max = max;
            this.onOverflow = onOverflow;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (keep(buffer, n)) {
                        onOverflow.run();
                    }
                }
            } catch (IOException closed) {
                // with the process
            }
        }

        private synchronized boolean keep(byte[] buffer, int length) {
            int room = Math.min(length, max - kept.size());
            kept.write(buffer, 0, room);
            boolean first = room < length && !overflowed;
            overflowed |= room < length;
            return first;
        }

        synchronized boolean overflowed() {
            return overflowed;
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
