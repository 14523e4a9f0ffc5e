package dev.coffer.linux.seccomp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The same filter with one decision per range of calls that are answered alike, where libseccomp makes one per call.
 * Installing a filter is a good part of a launch, and the kernel's share of it grows with the number of instructions.
 *
 * <p>What is decided by the number of the call and nothing else becomes a search among ranges; what looks at arguments
 * is kept, instruction by instruction, and jumped to. A program that does anything else before stays as it is.
 */
final class FilterReduction {
    /** A number that no program compares the architecture with. */
    private static final int NO_ARCHITECTURE = 0x0000_7ff1;

    private final List<Long> program;
    private final int architecture;
    private final Set<Integer> architectures = new HashSet<>();

    private FilterReduction(List<Long> program, int architecture) {
        this.program = program;
        this.architecture = architecture;
    }

    /** Where the walk of a call ends: an answer, or the first instruction that looks at more than number and architecture. */
    private record End(boolean answer, int value) {}

    /** Calls from this number on, up to the next range, compared as unsigned. */
    private record Range(int from, End end) {}

    /** Not a program that can be reduced. */
    private static final class Unfamiliar extends Exception {
        private static final long serialVersionUID = 1L;

        Unfamiliar(String reason) {
            super(reason, null, false, false);
        }
    }

    /** An equivalent program, the given one if nothing shorter is known. */
    static List<Long> of(List<Long> program, FilterArchitecture architecture) {
        try {
            List<Long> reduced = new FilterReduction(program, architecture.token()).reduce();
            return reduced.size() < program.size() ? reduced : program;
        } catch (Unfamiliar e) {
            return program;
        }
    }

    private List<Long> reduce() throws Unfamiliar {
        Set<Integer> starts = starts();
        List<Range> ranges = new ArrayList<>();
        for (int start : starts) {
            End end = walk(start, architecture);
            if (ranges.isEmpty() || !ranges.get(ranges.size() - 1).end().equals(end)) {
                ranges.add(new Range(start, end));
            }
        }
        End foreign = foreign(starts);
        List<Long> kept = new ArrayList<>();
        Map<Integer, Integer> places = keep(ranges, kept);
        List<Long> search = search(ranges);
        List<Long> out = new ArrayList<>();
        out.add(Bpf.instruction(Bpf.LOAD, 0, 0, Bpf.ARCHITECTURE));
        out.add(Bpf.instruction(Bpf.JUMP_IF_EQUAL, 1, 0, architecture));
        out.add(Bpf.instruction(Bpf.RETURN, 0, 0, foreign.value()));
        out.add(Bpf.instruction(Bpf.LOAD, 0, 0, Bpf.NUMBER));
        for (int i = 0; i < search.size(); i++) {
            long instruction = search.get(i);
            if (Bpf.code(instruction) == Bpf.JUMP) {
                // so far its operand is where it leads in the old program
                int place = places.getOrDefault(Bpf.operand(instruction), -1);
                instruction = Bpf.instruction(Bpf.JUMP, 0, 0, search.size() - i - 1 + place);
            }
            out.add(instruction);
        }
        out.addAll(kept);
        return List.copyOf(out);
    }

    /** Every number at which the answer may change. */
    private Set<Integer> starts() {
        TreeSet<Integer> starts = new TreeSet<>(Integer::compareUnsigned);
        starts.add(0);
        for (long instruction : program) {
            if (Bpf.isCondition(Bpf.code(instruction))) {
                starts.add(Bpf.operand(instruction));
                if (Bpf.operand(instruction) != -1) {
                    starts.add(Bpf.operand(instruction) + 1);
                }
            }
        }
        return starts;
    }

    /** The one answer that calls of all other architectures get. */
    private End foreign(Set<Integer> starts) throws Unfamiliar {
        End foreign = walk(0, NO_ARCHITECTURE);
        Set<Integer> seen = new HashSet<>(Set.of(architecture));
        List<Integer> open = new ArrayList<>(List.of(NO_ARCHITECTURE));
        while (!open.isEmpty()) {
            int other = open.remove(open.size() - 1);
            seen.add(other);
            for (int start : starts) {
                if (!foreign.answer() || !walk(start, other).equals(foreign)) {
                    throw new Unfamiliar("other architectures are not answered alike");
                }
            }
            for (int next : architectures) {
                if (!seen.contains(next) && !open.contains(next)) {
                    open.add(next);
                }
            }
        }
        return foreign;
    }

    private End walk(int number, int ofArchitecture) throws Unfamiliar {
        int at = 0;
        Optional<Integer> loaded = Optional.empty();
        while (true) {
            long instruction = program.get(at);
            int code = Bpf.code(instruction);
            int operand = Bpf.operand(instruction);
            if (code == Bpf.RETURN) {
                return new End(true, operand);
            }
            if (code == Bpf.LOAD && operand != Bpf.NUMBER && operand != Bpf.ARCHITECTURE) {
                return new End(false, at);
            }
            if (code == Bpf.LOAD) {
                loaded = Optional.of(operand);
                at++;
            } else if (code == Bpf.JUMP) {
                at += 1 + operand;
            } else if (Bpf.isCondition(code) && loaded.isPresent()) {
                boolean number0 = loaded.get() == Bpf.NUMBER;
                if (!number0) {
                    architectures.add(operand);
                }
                at = Bpf.branch(instruction, at, number0 ? number : ofArchitecture);
            } else {
                throw new Unfamiliar("instruction " + Integer.toHexString(code));
            }
        }
    }

    /** Copies what the ranges lead to, in order, so that its jumps only get shorter; where each instruction is then. */
    private Map<Integer, Integer> keep(List<Range> ranges, List<Long> kept) throws Unfamiliar {
        TreeSet<Integer> reached = new TreeSet<>();
        for (Range range : ranges) {
            if (!range.end().answer()) {
                reach(range.end().value(), reached);
            }
        }
        Map<Integer, Integer> places = new HashMap<>();
        reached.forEach(at -> places.put(at, places.size()));
        for (int at : reached) {
            long instruction = program.get(at);
            int code = Bpf.code(instruction);
            int place = places.getOrDefault(at, 0);
            if (Bpf.isCondition(code)) {
                instruction = Bpf.instruction(
                        code,
                        places.getOrDefault(at + 1 + Bpf.ifTrue(instruction), 0) - place - 1,
                        places.getOrDefault(at + 1 + Bpf.ifFalse(instruction), 0) - place - 1,
                        Bpf.operand(instruction));
            } else if (code == Bpf.JUMP) {
                int target = places.getOrDefault(at + 1 + Bpf.operand(instruction), 0);
                instruction = Bpf.instruction(code, 0, 0, target - place - 1);
            }
            kept.add(instruction);
        }
        return places;
    }

    private void reach(int from, Set<Integer> reached) throws Unfamiliar {
        List<Integer> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            int at = open.remove(open.size() - 1);
            if (!reached.add(at)) {
                continue;
            }
            long instruction = program.get(at);
            int code = Bpf.code(instruction);
            if (Bpf.isCondition(code)) {
                open.add(at + 1 + Bpf.ifTrue(instruction));
                open.add(at + 1 + Bpf.ifFalse(instruction));
            } else if (code == Bpf.JUMP) {
                open.add(at + 1 + Bpf.operand(instruction));
            } else if (Bpf.isJump(code)) {
                throw new Unfamiliar("jump " + Integer.toHexString(code));
            } else if (code != Bpf.RETURN) {
                open.add(at + 1);
            }
        }
    }

    /** Halves the ranges until one is left. */
    private static List<Long> search(List<Range> ranges) throws Unfamiliar {
        List<Long> out = new ArrayList<>();
        if (ranges.size() == 1) {
            End end = ranges.get(0).end();
            out.add(Bpf.instruction(end.answer() ? Bpf.RETURN : Bpf.JUMP, 0, 0, end.value()));
            return out;
        }
        int middle = ranges.size() / 2;
        List<Long> below = search(ranges.subList(0, middle));
        List<Long> above = search(ranges.subList(middle, ranges.size()));
        int from = ranges.get(middle).from();
        if (below.size() > Bpf.FARTHEST) {
            throw new Unfamiliar(ranges.size() + " ranges");
        }
        out.add(Bpf.instruction(Bpf.JUMP_IF_AT_LEAST, below.size(), 0, from));
        out.addAll(below);
        out.addAll(above);
        return out;
    }
}
