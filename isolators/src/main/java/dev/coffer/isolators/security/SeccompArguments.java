package dev.coffer.isolators.security;

import dev.coffer.linux.seccomp.ArgumentTest;
import dev.coffer.linux.seccomp.ArgumentTest.Comparison;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The {@code args} of a profile's entry.
 *
 * <p>One operator is our own, {@code COFFER_CMP_MASKED_NE}: under the mask {@code value} the argument differs from
 * {@code valueTwo}. libseccomp has no such test, so it becomes one alternative per bit of the mask.
 */
final class SeccompArguments {
    private static final String MASKED_NOT_EQUAL = "COFFER_CMP_MASKED_NE";
    private static final int MAX_INDEX = 5;
    /** More would not fit into a filter; a hostile profile could ask for 64 to the power of 6. */
    private static final int MAX_ALTERNATIVES = 512;

    private static final Map<String, Comparison> COMPARISONS = Map.of(
            "SCMP_CMP_NE", Comparison.NOT_EQUAL,
            "SCMP_CMP_LT", Comparison.LESS,
            "SCMP_CMP_LE", Comparison.LESS_OR_EQUAL,
            "SCMP_CMP_EQ", Comparison.EQUAL,
            "SCMP_CMP_GE", Comparison.GREATER_OR_EQUAL,
            "SCMP_CMP_GT", Comparison.GREATER,
            "SCMP_CMP_MASKED_EQ", Comparison.MASKED_EQUAL);

    private SeccompArguments() {}

    /**
     * What must hold: all tests of one of these.
     *
     * <p>Tests of different arguments must hold together. As soon as one argument is tested twice each test is an
     * alternative of its own: that is how the runtimes that brought up the format read it.
     */
    static List<List<ArgumentTest>> alternatives(List<ProfileElement> args) {
        List<List<ArgumentTest>> all = new ArrayList<>();
        Set<Integer> indexes = new HashSet<>();
        boolean twice = false;
        for (ProfileElement arg : args) {
            List<ArgumentTest> choices = choices(arg);
            twice |= !indexes.add(choices.get(0).index());
            all.add(choices);
        }
        return twice ? separate(all) : together(args, all);
    }

    private static List<List<ArgumentTest>> separate(List<List<ArgumentTest>> tests) {
        List<List<ArgumentTest>> alternatives = new ArrayList<>();
        for (List<ArgumentTest> choices : tests) {
            for (ArgumentTest choice : choices) {
                alternatives.add(List.of(choice));
            }
        }
        return alternatives;
    }

    private static List<List<ArgumentTest>> together(List<ProfileElement> args, List<List<ArgumentTest>> tests) {
        List<List<ArgumentTest>> alternatives = tests.isEmpty() ? List.of() : List.of(List.of());
        for (int i = 0; i < tests.size(); i++) {
            if (alternatives.size() * tests.get(i).size() > MAX_ALTERNATIVES) {
                throw args.get(i).wrong("op", "too many bits are tested");
            }
            List<List<ArgumentTest>> longer = new ArrayList<>();
            for (List<ArgumentTest> alternative : alternatives) {
                for (ArgumentTest choice : tests.get(i)) {
                    List<ArgumentTest> more = new ArrayList<>(alternative);
                    more.add(choice);
                    longer.add(more);
                }
            }
            alternatives = longer;
        }
        return alternatives;
    }

    private static List<ArgumentTest> choices(ProfileElement arg) {
        arg.allow("index", "value", "valueTwo", "op");
        long index = arg.number("index", -1);
        if (index < 0 || index > MAX_INDEX) {
            throw arg.wrong("index", "must be 0 to " + MAX_INDEX);
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
}
