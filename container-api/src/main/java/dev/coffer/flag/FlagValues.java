package dev.coffer.flag;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What an operator has set, typed. Immutable; a flag that is not set has its default. */
public final class FlagValues {
    /** Nothing is set. */
    public static final FlagValues DEFAULTS = new FlagValues(Map.of());

    private final Map<String, Object> byName;

    private FlagValues(Map<String, Object> byName) {
        this.byName = byName;
    }

    /** The value in force. */
    @SuppressWarnings("unchecked") // only with() puts values in, under the flag they are of
    public <T> T get(Flag<T> flag) {
        Object value = byName.get(flag.name());
        return value == null ? flag.defaultValue() : (T) value;
    }

    /** Whether somebody chose the value, be it the default. */
    public boolean isSet(Flag<?> flag) {
        return byName.containsKey(flag.name());
    }

    /** Names of the flags that are set. */
    public Set<String> names() {
        return Set.copyOf(byName.keySet());
    }

    /** These and one more. */
    public <T> FlagValues with(Flag<T> flag, T value) {
        Map<String, Object> more = new HashMap<>(byName);
        more.put(flag.name(), value);
        return new FlagValues(more);
    }

    /**
     * These and one more as it was written.
     *
     * @throws IllegalArgumentException naming flag, value and what is expected
     */
    public <T> FlagValues withText(Flag<T> flag, String text) {
        return with(flag, flag.parse(text));
    }
}
