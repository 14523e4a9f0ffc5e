package dev.coffer.isolators.cgroup;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** A set of processors as the kernel writes it, {@code 0-2,5}. */
record CpuSet(TreeSet<Integer> numbers) {
    static final CpuSet NONE = new CpuSet(new TreeSet<>());

    /** More than any kernel can be built for. */
    private static final int MOST = 65_535;

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is not a list of processors
     */
    static CpuSet parse(String text) {
        TreeSet<Integer> numbers = new TreeSet<>();
        for (String part : text.strip().split(",", -1)) {
            if (part.isEmpty()) {
                continue;
            }
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            if (first < 0 || last > MOST) {
                throw new IllegalArgumentException("there is no processor " + (first < 0 ? first : last));
            }
            for (int i = first; i <= last; i++) {
                numbers.add(i);
            }
        }
        return new CpuSet(numbers);
    }

    /** These without those. */
    CpuSet without(Collection<Integer> others) {
        TreeSet<Integer> rest = new TreeSet<>(numbers);
        rest.removeAll(others);
        return new CpuSet(rest);
    }

    /** These and those. */
    CpuSet and(CpuSet others) {
        TreeSet<Integer> both = new TreeSet<>(numbers);
        both.addAll(others.numbers);
        return new CpuSet(both);
    }

    /** The highest ones: the kernel's own work gathers on the lowest. */
    List<Integer> highest(int count) {
        return numbers.descendingSet().stream().limit(count).toList();
    }

    /** So many of these, as many as possible of the preferred ones among them. */
    CpuSet choose(int count, CpuSet preferred) {
        TreeSet<Integer> kept = new TreeSet<>(preferred.numbers);
        kept.retainAll(numbers);
        TreeSet<Integer> chosen = new TreeSet<>(new CpuSet(kept).highest(count));
        chosen.addAll(without(chosen).highest(count - chosen.size()));
        return new CpuSet(chosen);
    }

    int size() {
        return numbers.size();
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        numbers.forEach(number -> words.add(Integer.toString(number)));
        return String.join(",", words);
    }
}
