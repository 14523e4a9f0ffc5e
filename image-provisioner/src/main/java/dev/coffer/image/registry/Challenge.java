package dev.coffer.image.registry;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One {@code WWW-Authenticate} header: a scheme and its parameters in any order.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1">RFC 9110, WWW-Authenticate</a>
 */
record Challenge(String scheme, Map<String, String> parameters) {
    Challenge {
        parameters = Map.copyOf(parameters);
    }

    static Challenge parse(String header) {
        String text = header.trim();
        int blank = text.indexOf(' ');
        if (blank < 0) {
            return new Challenge(text.toLowerCase(Locale.ROOT), Map.of());
        }
        return new Challenge(text.substring(0, blank).toLowerCase(Locale.ROOT), parameters(text, blank));
    }

    private static Map<String, String> parameters(String text, int from) {
        Map<String, String> parameters = new LinkedHashMap<>();
        int at = from;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                break;
            }
            String key = text.substring(at, equals).replaceAll("[\\s,]", "").toLowerCase(Locale.ROOT);
            StringBuilder value = new StringBuilder();
            at = value(text, skipBlanks(text, equals + 1), value);
            parameters.putIfAbsent(key, value.toString());
        }
        return parameters;
    }

    private static int skipBlanks(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }

    /** Appends a token or a quoted string and returns where it ends. */
    private static int value(String text, int from, StringBuilder value) {
        boolean quoted = from < text.length() && text.charAt(from) == '"';
        int at = quoted ? from + 1 : from;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (quoted ? c == '"' : c == ',' || c == ' ') {
                break;
            }
            if (quoted && c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            value.append(c);
        }
        return at;
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }
}
