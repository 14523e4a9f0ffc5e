package dev.coffer.isolators.security;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object of a profile with the place it stands at, so that a mistake can be named.
 *
 * @param where such as {@code profile.syscalls[3]}
 */
record ProfileElement(String where, Map<?, ?> members) {

    /** Refuses members that are not named here. */
    void allow(String... keys) {
        List<String> known = Arrays.asList(keys);
        for (Object key : members.keySet()) {
            if (!known.contains(String.valueOf(key))) {
                throw wrong(String.valueOf(key), "not understood here; known are " + String.join(", ", known));
            }
        }
    }

    String string(String key) {
        if (members.get(key) instanceof String text) {
            return text;
        }
        throw wrong(key, "must be a string");
    }

    /** An unsigned 64-bit number. */
    long number(String key, long absent) {
        Object value = members.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof BigInteger big && big.signum() > 0 && big.bitLength() <= Long.SIZE) {
            return big.longValue();
        }
        if (value instanceof Integer || value instanceof Long) {
            long number = ((Number) value).longValue();
            if (number >= 0) {
                return number;
            }
        }
        throw wrong(key, "must be a number from 0 to 2^64-1");
    }

    List<String> strings(String key) {
        List<String> strings = new ArrayList<>();
        for (Object value : list(key)) {
            if (!(value instanceof String text) || text.isEmpty()) {
                throw wrong(key, "must be a list of names");
            }
            strings.add(text);
        }
        return strings;
    }

    List<ProfileElement> elements(String key) {
        List<ProfileElement> elements = new ArrayList<>();
        for (Object value : list(key)) {
            elements.add(object(key + "[" + elements.size() + "]", value));
        }
        return elements;
    }

    /** A nested object, empty if it is absent. */
    ProfileElement element(String key) {
        Object value = members.get(key);
        return object(key, value == null ? Map.of() : value);
    }

    IllegalArgumentException wrong(String key, String reason) {
        return new IllegalArgumentException(where + "." + key + ": " + reason);
    }

    private ProfileElement object(String key, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new ProfileElement(where + "." + key, map);
        }
        throw wrong(key, "must be an object");
    }

    private List<?> list(String key) {
        Object value = members.get(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(key, "must be a list");
    }
}
