package dev.coffer.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object from an untrusted place: each access checks the type and says which field of which document is wrong.
 */
public final class Json {
    private final String where;
    private final Map<?, ?> fields;

    private Json(String where, Map<?, ?> fields) {
        this.where = where;
        this.fields = fields;
    }

    /**
     * Parses an object.
     *
     * @param where names the document in messages, such as {@code manifest}
     */
    public static Json object(String where, byte[] document) throws InvalidImageException {
        return asObject(where, parse(where, document));
    }

    /** Parses an object with secrets: what is wrong with it is said without quoting it. */
    public static Json confidential(String where, byte[] document) throws InvalidImageException {
        Object value;
        try {
            value = JSON.std.anyFrom(document);
        } catch (IOException quoting) {
            throw new InvalidImageException(where + " is not JSON");
        }
        return asObject(where, value);
    }

    /** Parses an array of objects. */
    public static List<Json> array(String where, byte[] document) throws InvalidImageException {
        return asObjects(where, parse(where, document));
    }

    private static @Nullable Object parse(String where, byte[] document) throws InvalidImageException {
        try {
            return JSON.std.anyFrom(document);
        } catch (JsonProcessingException e) {
            throw new InvalidImageException(where + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new InvalidImageException(where + " is not JSON: " + e.getMessage(), e);
        }
    }

    /** Of all fields, in the order of the document. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        fields.keySet().forEach(name -> names.add(String.valueOf(name)));
        return names;
    }

    public boolean has(String name) {
        return fields.get(name) != null;
    }

    public boolean isObject(String name) {
        return fields.get(name) instanceof Map<?, ?>;
    }

    /** Empty if the field is missing or null. */
    public Optional<Boolean> flag(String name) throws InvalidImageException {
        Object value = fields.get(name);
        if (value == null || value instanceof Boolean) {
            return Optional.ofNullable((Boolean) value);
        }
        throw new InvalidImageException(path(name) + " is neither true nor false");
    }

    public Optional<Json> object(String name) throws InvalidImageException {
        Object value = fields.get(name);
        return value == null ? Optional.empty() : Optional.of(asObject(path(name), value));
    }

    /** Empty if the field is missing or null. */
    public List<Json> objects(String name) throws InvalidImageException {
        Object value = fields.get(name);
        return value == null ? List.of() : asObjects(path(name), value);
    }

    public Optional<String> text(String name) throws InvalidImageException {
        Object value = fields.get(name);
        return value == null ? Optional.empty() : Optional.of(asText(path(name), value));
    }

    public String requiredText(String name) throws InvalidImageException {
        return text(name).orElseThrow(() -> new InvalidImageException(path(name) + " is missing"));
    }

    /** Empty if the field is missing or null. */
    public List<String> texts(String name) throws InvalidImageException {
        Object value = fields.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw new InvalidImageException(path(name) + " is not an array");
        }
        List<String> texts = new ArrayList<>();
        for (Object element : list) {
            texts.add(asText(path(name), element));
        }
        return texts;
    }

    public Map<String, String> textMap(String name) throws InvalidImageException {
        Map<String, String> texts = new LinkedHashMap<>();
        Optional<Json> object = object(name);
        if (object.isPresent()) {
            for (Map.Entry<?, ?> entry : object.get().fields.entrySet()) {
                String key = String.valueOf(entry.getKey());
                texts.put(key, asText(path(name) + "." + key, entry.getValue()));
            }
        }
        return texts;
    }

    /** A whole number of at least 0. */
    public long size(String name) throws InvalidImageException {
        Object value = fields.get(name);
        if ((value instanceof Integer || value instanceof Long) && ((Number) value).longValue() >= 0) {
            return ((Number) value).longValue();
        }
        throw new InvalidImageException(path(name) + " is not a size");
    }

    public Optional<Integer> integer(String name) throws InvalidImageException {
        Object value = fields.get(name);
        if (value == null || value instanceof Integer) {
            return Optional.ofNullable((Integer) value);
        }
        throw new InvalidImageException(path(name) + " is not a whole number");
    }

    public Digest digest(String name) throws InvalidImageException {
        return asDigest(path(name), requiredText(name));
    }

    static Digest asDigest(String where, String text) throws InvalidImageException {
        try {
            return Digest.parse(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidImageException(where + ": " + e.getMessage(), e);
        }
    }

    String path(String name) {
        return where + ": " + name;
    }

    private static Json asObject(String where, @Nullable Object value) throws InvalidImageException {
        if (value instanceof Map<?, ?> map) {
            return new Json(where, map);
        }
        throw new InvalidImageException(where + " is not an object");
    }

    private static List<Json> asObjects(String where, @Nullable Object value) throws InvalidImageException {
        if (!(value instanceof List<?> list)) {
            throw new InvalidImageException(where + " is not an array");
        }
        List<Json> objects = new ArrayList<>();
        for (Object element : list) {
            objects.add(asObject(where + "[" + objects.size() + "]", element));
        }
        return objects;
    }

    private static String asText(String where, @Nullable Object value) throws InvalidImageException {
        if (value instanceof String text && text.indexOf('\0') < 0) {
            return text;
        }
        throw new InvalidImageException(where + " is not a string without NUL");
    }
}
