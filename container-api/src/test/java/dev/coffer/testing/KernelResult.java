package dev.coffer.testing;

import java.util.List;

/** What one kernel said about one test, as a line of tab-separated fields. */
record KernelResult(Kernel kernel, TestName test, Outcome outcome, long millis, String detail) {
    /** Ordered by how much it matters when runs of one method differ. */
    enum Outcome {
        PASSED,
        SKIPPED,
        FAILED
    }

    /** Opens every line, so that a stray message on a shared console is not taken for a result. */
    static final String MARK = "@result";

    static final int FIELDS = 7;

    KernelResult {
        detail = detail.replaceAll("\\s+", " ").strip();
    }

    String line() {
        return String.join(
                "\t", MARK, kernel.name(), test.type(), test.method(), outcome.name(), Long.toString(millis), detail);
    }

    /** Two runs of one test as one: the worse outcome, and the time of both. */
    KernelResult and(KernelResult other) {
        KernelResult worse = outcome.compareTo(other.outcome) >= 0 ? this : other;
        return new KernelResult(kernel, test, worse.outcome, millis + other.millis, worse.detail);
    }

    /** The results among the lines; a line cut short by a dying machine is no result. */
    static List<KernelResult> parse(List<String> lines) {
        return lines.stream()
                .map(line -> line.strip().split("\t", FIELDS))
                .filter(fields -> fields.length >= FIELDS - 1 && fields[0].equals(MARK))
                .map(KernelResult::parse)
                .toList();
    }

    private static KernelResult parse(String[] fields) {
        return new KernelResult(
                Kernel.valueOf(fields[1]),
                new TestName(fields[2], fields[3]),
                Outcome.valueOf(fields[4]),
                Long.parseLong(fields[5]),
                fields.length == FIELDS ? fields[6] : "");
    }
}
