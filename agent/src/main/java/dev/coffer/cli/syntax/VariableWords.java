package dev.coffer.cli.syntax;

import dev.coffer.agent.config.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Variables for the task, in the order they are given; a later one replaces an earlier one of its name. */
final class VariableWords {
    private static final long MAX_FILE_BYTES = 1 << 20;

    private final Surroundings surroundings;
    private final Map<String, String> variables = new LinkedHashMap<>();

    VariableWords(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Map<String, String> all() {
        return variables;
    }

    /** {@code NAME=VALUE}, or {@code NAME} alone for the value it has here, if it has one. */
    String add(String entry) {
        int equals = entry.indexOf('=');
        String name = equals < 0 ? entry : entry.substring(0, equals);
        if (name.isEmpty() || entry.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("write NAME=VALUE");
        }
        if (equals >= 0) {
            variables.put(name, entry.substring(equals + 1));
        } else {
            surroundings.variable(name).ifPresent(value -> variables.put(name, value));
        }
        return name;
    }

    /** One entry per line; empty lines and those that start with # are skipped. */
    Path addFile(String name) {
        Path file = Path.of(name);
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE_BYTES) {
                throw new IllegalArgumentException("no regular file of at most 1 MB");
            }
            for (String line : Files.readAllLines(file)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    add(line);
                }
            }
            return file;
        } catch (IOException e) {
            throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
        }
    }
}
