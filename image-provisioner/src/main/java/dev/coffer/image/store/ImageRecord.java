package dev.coffer.image.store;

import dev.coffer.container.ImageConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The text form of a {@link StoredImage}: one {@code key value} per line, with an end mark. Read on every launch, so it
 * needs no JSON parser.
 */
final class ImageRecord {
    private static final String HEADER = "coffer-image 1";
    private static final String END = "end";

    private ImageRecord() {}

    static String format(StoredImage image) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        line(text, "reference", image.reference());
        line(text, "manifest", image.manifest());
        line(text, "config", image.config());
        line(text, "created", image.created());
        line(text, "pulled", Long.toString(image.pulledMillis()));
        line(text, "bytes", Long.toString(image.bytes()));
        line(text, "source", image.source());
        image.layers().forEach(layer -> line(text, "layer", layer));
        ImageConfig runtime = image.runtime();
        runtime.entrypoint().forEach(argument -> line(text, "entrypoint", argument));
        runtime.command().forEach(argument -> line(text, "command", argument));
        runtime.environment().forEach(variable -> line(text, "environment", variable));
        runtime.workingDirectory().ifPresent(directory -> line(text, "directory", directory));
        runtime.user().ifPresent(user -> line(text, "user", user));
        runtime.stopSignal().ifPresent(signal -> line(text, "signal", signal));
        return text.append(END).append('\n').toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key)
                .append(' ')
                .append(value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"))
                .append('\n');
    }

    /** Empty if it is not a whole record of this version. */
    static Optional<StoredImage> parse(String text) {
        if (!text.startsWith(HEADER + "\n") || !text.endsWith("\n" + END + "\n")) {
            return Optional.empty();
        }
        Map<String, List<String>> fields = new LinkedHashMap<>();
        int at = HEADER.length() + 1;
        int end = text.length() - END.length() - 1;
        while (at < end) {
            int newline = text.indexOf('\n', at);
            int blank = text.indexOf(' ', at);
            if (blank < 0 || blank > newline) {
                return Optional.empty();
            }
            fields.computeIfAbsent(text.substring(at, blank), key -> new ArrayList<>())
                    .add(unescaped(text.substring(blank + 1, newline)));
            at = newline + 1;
        }
        try {
            return Optional.of(image(fields));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static StoredImage image(Map<String, List<String>> fields) {
        ImageConfig runtime = new ImageConfig(
                all(fields, "entrypoint"),
                all(fields, "command"),
                all(fields, "environment"),
                first(fields, "directory"),
                first(fields, "user"),
                first(fields, "signal"));
        return new StoredImage(
                first(fields, "reference").orElse(""),
                first(fields, "manifest").orElse(""),
                first(fields, "config").orElse(""),
                first(fields, "created").orElse(""),
                Long.parseLong(first(fields, "pulled").orElse("")),
                Long.parseLong(first(fields, "bytes").orElse("")),
                first(fields, "source").orElse(""),
                all(fields, "layer"),
                runtime);
    }

    private static List<String> all(Map<String, List<String>> fields, String key) {
        return fields.getOrDefault(key, List.of());
    }

    private static Optional<String> first(Map<String, List<String>> fields, String key) {
        return all(fields, key).stream().findFirst();
    }

    private static String unescaped(String value) {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && i + 1 < value.length()) {
                char escaped = value.charAt(++i);
                text.append(escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
