package dev.coffer.cli.image;

import dev.coffer.image.ProgressListener;
import dev.coffer.image.store.StoredImage;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** What happens during a pull, for programs: one JSON object per line. Thread-safe. */
final class PullEvents implements ProgressListener {
    private static final long LEAST_NANOS = 100_000_000L;

    private final PrintStream out;
    private final String reference;
    private final Map<String, Long> saidAt = new HashMap<>();

    /**
     * Events of one pull.
     *
     * @param reference as the user wrote it
     */
    PullEvents(PrintStream out, String reference) {
        this.out = out;
        this.reference = reference;
    }

    @Override
    public synchronized void progress(String blob, long done, long total) {
        long now = System.nanoTime();
        Long before = saidAt.get(blob);
        if (before == null || done == total || now - before >= LEAST_NANOS) {
            saidAt.put(blob, now);
            say("layer", "\"layer\":" + quoted(blob) + ",\"done\":" + done + ",\"total\":" + total);
        }
    }

    synchronized void stored(StoredImage image) {
        say(
                "image",
                "\"name\":" + quoted(image.reference()) + ",\"manifest\":" + quoted(image.manifest()) + ",\"config\":"
                        + quoted(image.config()) + ",\"bytes\":" + image.bytes());
    }

    synchronized void failed(String message) {
        say("error", "\"message\":" + quoted(message));
    }

    private void say(String event, String fields) {
        out.print("{\"event\":\"" + event + "\",\"reference\":" + quoted(reference) + "," + fields + "}\n");
        out.flush();
    }

    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c)) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
