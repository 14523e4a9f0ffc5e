package dev.coffer.linux.cgroup;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What may be done with which devices, as the v1 device controller writes it: {@code c 1:3 rwm}.
 *
 * @param type {@code c}haracter, {@code b}lock, or {@code a}ll
 * @param major of every device if empty
 * @param minor of every device of that major if empty
 * @param access some of {@code r}ead, {@code w}rite and {@code m}knod
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/devices.html">Device whitelist controller</a>
 */
public record DeviceRule(char type, OptionalInt major, OptionalInt minor, String access) {
    private static final Set<Character> TYPES = Set.of('a', 'b', 'c');
    private static final String ACCESSES = "rwm";

    public DeviceRule {
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException("device type '" + type + "' must be a, b or c");
        }
        if (access.isEmpty() || !access.chars().allMatch(c -> ACCESSES.indexOf(c) >= 0)) {
            throw new IllegalArgumentException("device access '" + access + "' must be some of r, w and m");
        }
        if (major.isEmpty() && minor.isPresent()) {
            throw new IllegalArgumentException("a device rule with a minor needs a major");
        }
        access = inOrder(access);
    }

    /** Reads {@code c 1:3 rwm}; a number may be {@code *}. */
    public static DeviceRule parse(String text) {
        String[] fields = text.strip().split("[ :]+", -1);
        if (fields.length != 4 || fields[0].length() != 1) {
            throw new IllegalArgumentException("device rule '" + text + "' must be like 'c 1:3 rwm'");
        }
        return new DeviceRule(fields[0].charAt(0), number(fields[1]), number(fields[2]), fields[3]);
    }

    private static OptionalInt number(String text) {
        return text.equals("*") ? OptionalInt.empty() : OptionalInt.of(Integer.parseUnsignedInt(text));
    }

    private static String inOrder(String access) {
        StringBuilder ordered = new StringBuilder();
        for (int i = 0; i < ACCESSES.length(); i++) {
            if (access.indexOf(ACCESSES.charAt(i)) >= 0) {
                ordered.append(ACCESSES.charAt(i));
            }
        }
        return ordered.toString();
    }

    /** Whether everything that {@code other} allows is allowed by this one. */
    public boolean covers(DeviceRule other) {
        return (type == 'a' || type == other.type)
                && (major.isEmpty() || major.equals(other.major))
                && (minor.isEmpty() || minor.equals(other.minor))
                && other.access.chars().allMatch(c -> access.indexOf(c) >= 0);
    }

    private boolean samePlace(DeviceRule other) {
        return type == other.type && major.equals(other.major) && minor.equals(other.minor);
    }

    /** What of this rule none of those allows that stand for exactly the same devices; empty if that is nothing. */
    public Optional<DeviceRule> without(List<DeviceRule> others) {
        StringBuilder rest = new StringBuilder();
        for (int i = 0; i < access.length(); i++) {
            char one = access.charAt(i);
            if (others.stream().noneMatch(other -> other.samePlace(this) && other.access.indexOf(one) >= 0)) {
                rest.append(one);
            }
        }
        return rest.isEmpty() ? Optional.empty() : Optional.of(new DeviceRule(type, major, minor, rest.toString()));
    }

    /** The same permissions with one rule per place, and none that another one covers. */
    public static List<DeviceRule> normalised(List<DeviceRule> rules) {
        List<DeviceRule> merged = new ArrayList<>();
        for (DeviceRule rule : rules) {
            DeviceRule joined = rule;
            for (DeviceRule earlier : List.copyOf(merged)) {
                if (earlier.samePlace(rule)) {
                    joined = new DeviceRule(rule.type, rule.major, rule.minor, earlier.access + rule.access);
                    merged.remove(earlier);
                }
            }
            merged.add(joined);
        }
        List<DeviceRule> needed = new ArrayList<>();
        for (DeviceRule rule : merged) {
            if (merged.stream().noneMatch(other -> !other.equals(rule) && other.covers(rule))) {
                needed.add(rule);
            }
        }
        return needed;
    }

    @Override
    public String toString() {
        return type + " " + text(major) + ":" + text(minor) + " " + access;
    }

    private static String text(OptionalInt number) {
        return number.isPresent() ? Integer.toUnsignedString(number.getAsInt()) : "*";
    }
}
