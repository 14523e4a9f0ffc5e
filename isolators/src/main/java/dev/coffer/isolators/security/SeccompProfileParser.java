package dev.coffer.isolators.security;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.coffer.isolators.security.SeccompProfile.Condition;
import dev.coffer.isolators.security.SeccompProfile.Entry;
import dev.coffer.linux.seccomp.ArgumentTest;
import dev.coffer.linux.seccomp.ArgumentTest.Comparison;
import dev.coffer.linux.seccomp.FilterAction;
import dev.coffer.linux.seccomp.FilterArchitecture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads profiles in the JSON shape of docker and the OCI runtime specification. What is not understood is an error: a
 * filter that is not the one somebody wrote would be worse than none.
 *
 * <p>One operator is our own, {@code COFFER_CMP_MASKED_NE}: under the mask {@code value} the argument differs from
 * {@code valueTwo}. libseccomp has no such test, so it becomes one alternative per bit of the mask.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp">OCI runtime
 *     specification, seccomp</a>
 */
final class SeccompProfileParser {
    private static final int EPERM = 1;
    private static final String MASKED_NOT_EQUAL = "COFFER_CMP_MASKED_NE";

    private static final Map<String, Comparison> COMPARISONS = Map.of(
            "SCMP_CMP_NE", Comparison.NOT_EQUAL,
            "SCMP_CMP_LT", Comparison.LESS,
            "SCMP_CMP_LE", Comparison.LESS_OR_EQUAL,
            "SCMP_CMP_EQ", Comparison.EQUAL,
            "SCMP_CMP_GE", Comparison.GREATER_OR_EQUAL,
            "SCMP_CMP_GT", Comparison.GREATER,
            "SCMP_CMP_MASKED_EQ", Comparison.MASKED_EQUAL);

    private SeccompProfileParser() {}

    /**
     * Reads one profile.
     *
     * @throws IllegalArgumentException naming the element that is wrong
     */
    static SeccompProfile parse(byte[] json) {
        ProfileElement profile = new ProfileElement("profile", document(json));
        profile.allow("comment", "defaultAction", "defaultErrnoRet", "syscalls");
        FilterAction otherwise = action(profile, "defaultAction", "defaultErrnoRet");
        List<Entry> entries = new ArrayList<>();
        for (ProfileElement element : profile.elements("syscalls")) {
            entries.add(entry(element));
        }
        return new SeccompProfile(otherwise, entries);
    }

    private static Map<String, Object> document(byte[] json) {
        try {
            return JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS).mapFrom(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a JSON object: " + e.getMessage(), e);
        }
    }

    private static Entry entry(ProfileElement element) {
        element.allow("comment", "names", "action", "errnoRet", "args", "includes", "excludes");
        List<String> names = element.strings("names");
        if (names.isEmpty()) {
            throw element.wrong("names", "must not be empty");
        }
        return new Entry(
                names,
                action(element, "action", "errnoRet"),
                alternatives(element.elements("args")),
                condition(element, "includes"),
                condition(element, "excludes"));
    }

    private static FilterAction action(ProfileElement element, String key, String errnoKey) {
        String action = element.string(key);
        return switch (action) {
            case "SCMP_ACT_ALLOW" -> FilterAction.ALLOW;
            case "SCMP_ACT_LOG" -> FilterAction.LOG;
            case "SCMP_ACT_TRAP" -> FilterAction.TRAP;
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> FilterAction.KILL_THREAD;
            case "SCMP_ACT_KILL_PROCESS" -> FilterAction.KILL_PROCESS;
            case "SCMP_ACT_ERRNO" -> errno(element, errnoKey);
            default -> throw element.wrong(key, "unknown action '" + action + "'");
        };
    }

    private static FilterAction errno(ProfileElement element, String key) {
        long number = element.number(key, EPERM);
        if (number < 0 || number > 4095) {
            throw element.wrong(key, "must be 0 to 4095, was " + number);
        }
        return FilterAction.errno((int) number);
    }

    private static List<List<ArgumentTest>> alternatives(List<ProfileElement> args) {
        List<List<ArgumentTest>> alternatives = args.isEmpty() ? List.of() : List.of(List.of());
        Set<Integer> indexes = new java.util.HashSet<>();
        for (ProfileElement arg : args) {
            List<ArgumentTest> choices = choices(arg);
            if (!indexes.add(choices.get(0).index())) {
                throw arg.wrong("index", "an argument can be tested once");
            }
            List<List<ArgumentTest>> longer = new ArrayList<>();
            for (List<ArgumentTest> alternative : alternatives) {
                for (ArgumentTest choice : choices) {
                    List<ArgumentTest> tests = new ArrayList<>(alternative);
                    tests.add(choice);
                    longer.add(tests);
                }
            }
            alternatives = longer;
        }
        return alternatives;
    }

    private static List<ArgumentTest> choices(ProfileElement arg) {
        arg.allow("index", "value", "valueTwo", "op");
        long index = arg.number("index", -1);
        if (index < 0 || index > 5) {
            throw arg.wrong("index", "must be 0 to 5");
        }
        long value = arg.number("value", 0);
        long valueTwo = arg.number("valueTwo", 0);
        String operator = arg.string("op");
        if (operator.equals(MASKED_NOT_EQUAL)) {
            return bitsThatDiffer((int) index, value, valueTwo, arg);
        }
        Comparison comparison = COMPARISONS.get(operator);
        if (comparison == null) {
            throw arg.wrong("op", "unknown operator '" + operator + "'");
        }
        return List.of(
                comparison == Comparison.MASKED_EQUAL
                        ? new ArgumentTest((int) index, comparison, valueTwo, value)
                        : new ArgumentTest((int) index, comparison, value, 0));
    }

    private static List<ArgumentTest> bitsThatDiffer(int index, long mask, long value, ProfileElement arg) {
        if (mask == 0) {
            throw arg.wrong("value", "an empty mask can never differ");
        }
        List<ArgumentTest> tests = new ArrayList<>();
        for (long rest = mask; rest != 0; rest &= rest - 1) {
            long bit = Long.lowestOneBit(rest);
            tests.add(new ArgumentTest(index, Comparison.MASKED_EQUAL, ~value & bit, bit));
        }
        return tests;
    }

    private static Condition condition(ProfileElement parent, String key) {
        ProfileElement element = parent.element(key);
        element.allow("caps", "arches");
        long capabilities = 0;
        for (String name : element.strings("caps")) {
            capabilities |= Capability.named(name)
                    .orElseThrow(() -> element.wrong("caps", "unknown capability '" + name + "'"))
                    .bit();
        }
        Set<FilterArchitecture> architectures = EnumSet.noneOf(FilterArchitecture.class);
        for (String name : element.strings("arches")) {
            architectures.add(FilterArchitecture.named(name)
                    .orElseThrow(() -> element.wrong("arches", "unknown architecture '" + name + "'")));
        }
        return new Condition(capabilities, architectures);
    }
}
