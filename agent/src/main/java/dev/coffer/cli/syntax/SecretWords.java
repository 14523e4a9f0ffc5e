package dev.coffer.cli.syntax;

import dev.coffer.agent.config.Surroundings;
import dev.coffer.container.Secret;
import dev.coffer.container.SecretVolume;
import dev.coffer.container.Volume;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code source=NAME|file=FILE|variable=NAME,env=VARIABLE|target=PATH}: never a value, which others would see in argv. */
final class SecretWords {
    private static final long MAX_BYTES = 1 << 20;

    private final Surroundings surroundings;
    private final List<Volume> volumes;
    private final Map<String, Secret> environment = new LinkedHashMap<>();

    /**
     * Words about secrets.
     *
     * @param volumes takes those that are files
     */
    SecretWords(Surroundings surroundings, List<Volume> volumes) {
        this.surroundings = surroundings;
        this.volumes = volumes;
    }

    Map<String, Secret> environment() {
        return environment;
    }

    /** Reads the value at once if this process has it. */
    String add(String text) {
        Map<String, String> words = new LinkedHashMap<>();
        for (String word : text.split(",", -1)) {
            int equals = word.indexOf('=');
            if (equals <= 0 || equals == word.length() - 1 || !isKnown(word.substring(0, equals))) {
                throw new IllegalArgumentException(
                        "write source=NAME[,key=KEY], file=FILE or variable=NAME, and env=VARIABLE or target=PATH");
            }
            words.put(word.substring(0, equals), word.substring(equals + 1));
        }
        if (words.containsKey("env") == words.containsKey("target")) {
            throw new IllegalArgumentException("it needs either env= or target=");
        }
        Secret secret = secret(words);
        String variable = words.get("env");
        if (variable != null) {
            environment.put(variable, secret);
        } else {
            volumes.add(new SecretVolume(secret, words.getOrDefault("target", "")));
        }
        return text;
    }

    private static boolean isKnown(String key) {
        return List.of("source", "key", "file", "variable", "env", "target").contains(key);
    }

    private Secret secret(Map<String, String> words) {
        String file = words.get("file");
        String variable = words.get("variable");
        String source = words.get("source");
        if ((file == null ? 0 : 1) + (variable == null ? 0 : 1) + (source == null ? 0 : 1) != 1) {
            throw new IllegalArgumentException("it needs one of source=, file= and variable=");
        }
        if (source != null) {
            return new Secret.Reference(source, words.getOrDefault("key", ""));
        }
        if (variable != null) {
            return new Secret.Value(surroundings
                    .variable(variable)
                    .orElseThrow(() -> new IllegalArgumentException("there is no variable " + variable + " here"))
                    .getBytes(StandardCharsets.UTF_8));
        }
        return new Secret.Value(read(Path.of(String.valueOf(file))));
    }

    private static byte[] read(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException("no regular file of at most 1 MB");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
        }
    }
}
