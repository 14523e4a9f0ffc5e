package dev.coffer.isolators.network.cni;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object from a file or a plugin. Every access checks the type and says which field is wrong, with an {@link
 * IllegalArgumentException}.
 *
 * @param where such as {@code plugins[1]}; empty for the whole document
 */
record JsonObject(String where, Map<String, Object> members) {
    private static final JSON READER = JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS);
    private static final int MAX_QUOTED = 80;

    static JsonObject parse(String document) {
        Object value;
        try {
            value = READER.anyFrom(document);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("it is not JSON: " + quoted(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("it is not JSON: " + quoted(String.valueOf(e.getMessage())), e);
        }
        return of("", value);
    }

    static byte[] bytes(Map<String, Object> members) {
        return text(members).getBytes(StandardCharsets.UTF_8);
    }

    static String text(Map<String, Object> members) {
        try {
            return JSON.std.asString(members);
        } catch (IOException e) {
            throw new IllegalStateException("maps and lists can always be written", e);
        }
    }

    /** What somebody else wrote, fit for one line of ours. */
    static String quoted(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MAX_QUOTED ? line : line.substring(0, MAX_QUOTED) + "...";
    }

    boolean has(String key) {
        return members.get(key) != null;
    }

    Optional<String> text(String key) {
        Object value = members.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw wrong(key, "is not a string");
    }

    String requiredText(String key) {
        return text(key).orElseThrow(() -> wrong(key, "is missing"));
    }

    boolean flag(String key) {
        Object value = members.get(key);
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw wrong(key, "is not true or false");
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (Object value : list(key)) {
            if (!(value instanceof String text)) {
                throw wrong(key, "is not a list of strings");
            }
            texts.add(text);
        }
        return texts;
    }

    List<JsonObject> objects(String key) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object value : list(key)) {
            objects.add(of(path(key) + "[" + objects.size() + "]", value));
        }
        return objects;
    }

    Optional<JsonObject> object(String key) {
        Object value = members.get(key);
        return value == null ? Optional.empty() : Optional.of(of(path(key), value));
    }

    /** All members, each of which must be a string. */
    Map<String, String> textMap() {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String key : members.keySet()) {
            texts.put(key, requiredText(key));
        }
        return texts;
    }

    IllegalArgumentException wrong(String key, String what) {
        return new IllegalArgumentException(quoted(path(key)) + " " + what);
    }

    private String path(String key) {
        return where.isEmpty() ? key : where + "." + key;
    }

    private List<?> list(String key) {
        Object value = members.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(key, "is not a list");
    }

    private static JsonObject of(String where, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException((where.isEmpty() ? "it" : quoted(where)) + " is not an object");
        }
        Map<String, Object> members = new LinkedHashMap<>();
        map.forEach((key, member) -> members.put(String.valueOf(key), member));
        return new JsonObject(where, members);
    }
}
