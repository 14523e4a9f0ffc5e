package dev.coffer.cli.image;

import dev.coffer.cli.syntax.Console;
import dev.coffer.image.ProgressListener;
import dev.coffer.linux.terminal.RawMode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Shows how far a pull has got: on a terminal a bar for each layer, drawn again and again, elsewhere one line per finished
 * layer. Nothing is shown of a pull that finds everything in the store. Thread-safe.
 */
public final class PullProgress implements ProgressListener, AutoCloseable {
    private static final int STDERR = 2;
    private static final int WIDTH = 30;
    /** Layers that are shown at once; all are counted below them. */
    private static final int MAX_BARS = 12;

    private static final long REDRAW_NANOS = 100_000_000L;

    private final PrintStream err;
    private final BooleanSupplier onTerminal;
    private final Map<String, Amount> layers = new LinkedHashMap<>();
    private long drawnAt;
    private int drawnLines;
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
        if (finished || drawnLines == 0 || now - drawnAt >= REDRAW_NANOS) {
            drawnAt = now;
            draw();
        }
    }

    private void draw() {
        List<String> lines = lines();
        StringBuilder text = new StringBuilder(toTheFirstLine());
        lines.forEach(line -> text.append(line).append("\u001b[K\n"));
        text.append("\u001b[J"); // what is left of a longer list
        drawnLines = lines.size();
        err.print(text);
        err.flush();
    }

    private String toTheFirstLine() {
        return drawnLines == 0 ? "\r" : "\r\u001b[" + drawnLines + "A";
    }

    /** Those under way first when there are too many. */
    private List<String> lines() {
        List<String> bars = new ArrayList<>();
        boolean few = layers.size() <= MAX_BARS;
        int finished = 0;
        for (Map.Entry<String, Amount> layer : layers.entrySet()) {
            finished += layer.getValue().complete() ? 1 : 0;
            if (few || (!layer.getValue().complete() && bars.size() < MAX_BARS)) {
                bars.add(shortName(layer.getKey()) + "  " + bar(layer.getValue()));
            }
        }
        bars.add(finished + " of " + layers.size() + " layers");
        return bars;
    }

    private static String bar(Amount amount) {
        if (amount.total() <= 0) {
            return megabytes(amount.done());
        }
        int filled = (int) (WIDTH * Math.min(amount.done(), amount.total()) / amount.total());
        return "[" + "#".repeat(filled) + " ".repeat(WIDTH - filled) + "] " + megabytes(amount.done()) + " of "
                + megabytes(amount.total());
    }

    private static String shortName(String blob) {
        String hex = blob.substring(blob.indexOf(':') + 1);
        return hex.substring(0, Math.min(12, hex.length()));
    }

    static String megabytes(long bytes) {
        long tenths = (bytes * 10 + (1 << 19)) >> 20;
        return tenths / 10 + "." + tenths % 10 + " MB";
    }

    /** Leaves the terminal's lines to whoever prints next; says what could not be called finished before. */
    @Override
    public synchronized void close() {
        if (drawnLines > 0) {
            err.print(toTheFirstLine() + "\u001b[J");
            err.flush();
            drawnLines = 0;
        }
        if (!terminal) {
            layers.forEach((blob, amount) -> {
                if (amount.total() <= 0) {
                    err.println("coffer: layer " + shortName(blob) + ": " + megabytes(amount.done()));
                }
            });
        }
    }
}
