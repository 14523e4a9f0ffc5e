package dev.coffer.containerizer.state;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Lines of {@code key=value}. Records are read back from disk and not trusted: unknown keys are refused by nobody, a
 * missing one by {@link #get}. */
final class RecordText {
    private final Map<String, String> values = new LinkedHashMap<>();

    void put(String key, String value) {
        if (value.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("record value of " + key + " must be one line");
        }
        values.put(key, value);
    }

    Optional<String> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    String get(String key) throws IOException {
        return find(key).orElseThrow(() -> new IOException("record has no '" + key + "'"));
    }

    String format() {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString();
    }

    static RecordText parse(String content) throws IOException {
        RecordText text = new RecordText();
        for (String line : content.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                text.values.put(line.substring(0, equals), line.substring(equals + 1));
            } else if (!line.isEmpty()) {
                throw new IOException("record line '" + line + "' is not key=value");
            }
        }
        return text;
    }
}
