package dev.coffer.cli.image;

import dev.coffer.cli.syntax.Console;
import dev.coffer.image.ProgressListener;
import dev.coffer.linux.terminal.RawMode;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Shows how far a pull has got: one line that is drawn again and again on a terminal, one line per finished layer
 * elsewhere. Nothing is shown of a pull that finds everything in the store. Thread-safe.
 */
public final class PullProgress implements ProgressListener, AutoCloseable {
    private static final int STDERR = 2;
    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000L;

    private final PrintStream err;
    private final BooleanSupplier onTerminal;
    private final Map<String, Amount> layers = new LinkedHashMap<>();
    private long drawnAt;
    private boolean drawn;
    private boolean terminal;

    /** Of one layer; a total of 0 is not known. */
    private record Amount(long done, long total) {
        boolean complete() {
            return total > 0 && done >= total;
        }
    }

    /** Asks what {@code err} is when there is something to show: most runs pull nothing. */
    PullProgress(PrintStream err, BooleanSupplier onTerminal) {
        this.err = err;
        this.onTerminal = onTerminal;
    }

    /** Shows it on standard error. */
    public static PullProgress to(Console console) {
        return new PullProgress(console.err(), () -> RawMode.isTerminal(STDERR));
    }

    @Override
    public synchronized void progress(String blob, long done, long total) {
        if (layers.isEmpty()) {
            terminal = onTerminal.getAsBoolean();
        }
        Amount before = layers.put(blob, new Amount(done, total));
        boolean finished = layers.get(blob).complete() && (before == null || !before.complete());
        if (!terminal) {
            if (finished) {
                err.println("coffer: layer " + shortName(blob) + ": " + megabytes(done));
            }
            return;
        }
        long now = System.nanoTime();
        if (finished || !drawn || now - drawnAt >= REDRAW_NANOS) {
            drawnAt = now;
            drawn = true;
            err.print("\r" + line() + "\u001b[K");
            err.flush();
        }
    }

    private String line() {
        long done = 0;
        long total = 0;
        int finished = 0;
        for (Amount layer : layers.values()) {
            done += layer.done();
            total += Math.max(layer.done(), layer.total());
            finished += layer.complete() ? 1 : 0;
        }
        int filled = total == 0 ? 0 : (int) (WIDTH * done / total);
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + megabytes(done) + " of "
                + megabytes(total) + ", " + finished + " of " + layers.size() + " layers";
    }

    private static String shortName(String blob) {
        String hex = blob.substring(blob.indexOf(':') + 1);
        return hex.substring(0, Math.min(12, hex.length()));
    }

    static String megabytes(long bytes) {
        long tenths = (bytes * 10 + (1 << 19)) >> 20;
        return tenths / 10 + "." + tenths % 10 + " MB";
    }

    /** Leaves the terminal's line to whoever prints next. */
    @Override
    public synchronized void close() {
        if (drawn) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
