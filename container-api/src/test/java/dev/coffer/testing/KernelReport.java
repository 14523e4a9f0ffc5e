package dev.coffer.testing;

import dev.coffer.testing.KernelResult.Outcome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds what the kernels reported against the list of tests that exist. A test must have passed on each kernel, or be
 * excluded there with a reason; silence is a complaint.
 */
public final class KernelReport {
    /** The last word on one test on one kernel; what is wrong shouts. */
    private enum Verdict {
        PASSED,
        EXCLUDED,
        FAILED,
        SKIPPED,
        MISSING;

        String word() {
            return this == PASSED || this == EXCLUDED ? name().toLowerCase(Locale.ROOT) : name();
        }
    }

    private final SortedMap<TestName, Exclusions> tests;
    private final Set<Kernel> kernels;
    private final Map<Kernel, Map<TestName, KernelResult>> results;

    KernelReport(SortedMap<TestName, Exclusions> tests, Set<Kernel> kernels, List<KernelResult> results) {
        this.tests = tests;
        this.kernels = new TreeSet<>(kernels);
        this.results = results.stream()
                .collect(Collectors.groupingBy(
                        KernelResult::kernel,
                        Collectors.toMap(KernelResult::test, result -> result, KernelResult::and)));
    }

    /**
     * Arguments: directories of test classes, then {@code --}, then the files of results of this machine and of the VM.
     * Prints the list per kernel and exits 0 only without complaints.
     */
    public static void main(String[] args) throws IOException {
        List<String> arguments = List.of(args);
        int split = arguments.indexOf("--");
        List<KernelResult> results = new ArrayList<>();
        for (String file : arguments.subList(split + 1, args.length)) {
            results.addAll(KernelResult.parse(Files.readAllLines(Path.of(file))));
        }
        String[] roots = arguments.subList(0, split).toArray(String[]::new);

        Set<Kernel> kernels = Set.of(Kernel.present(), Kernel.VM_V2);
        KernelReport report = new KernelReport(KernelTests.list(roots), kernels, results);
        report.printTo(System.out);
        List<String> complaints = report.complaints();
        complaints.forEach(complaint -> System.out.println("kernel tests: " + complaint));
        System.exit(complaints.isEmpty() ? 0 : 1);
    }

    void printTo(PrintStream out) {
        for (Kernel kernel : kernels) {
            long passed = tests.keySet().stream()
                    .filter(test -> verdict(kernel, test) == Verdict.PASSED)
                    .count();
            out.printf("Kernel tests on %s: %d of %d passed%n", kernel.label(), passed, tests.size());
            tests.keySet().forEach(test -> out.println(line(kernel, test)));
        }
    }

    /** What stands in the way of calling the kernel tests green; empty when nothing does. */
    List<String> complaints() {
        Stream<String> perKernel =
                tests.keySet().stream().flatMap(test -> kernels.stream().flatMap(kernel -> complaint(kernel, test)));
        Stream<String> nowhere = tests.keySet().stream()
                .filter(test -> kernels.stream().noneMatch(kernel -> ran(kernel, test)))
                .map(test -> test + " ran on no kernel");
        return Stream.of(perKernel, nowhere, unlistedFailures())
                .flatMap(complaints -> complaints)
                .toList();
    }

    private Stream<String> complaint(Kernel kernel, TestName test) {
        String where = test + " on " + kernel.label() + why(kernel, test);
        return switch (verdict(kernel, test)) {
            case PASSED, EXCLUDED -> Stream.empty();
            case MISSING -> Stream.of("no result of " + where);
            case SKIPPED -> Stream.of("skipped without an @ExcludedOnKernel: " + where);
            case FAILED -> Stream.of("failed: " + where);
        };
    }

    /**
     * A class that failed in the VM before JUnit saw its methods has none in the list, and is a failure all the same. On
     * the host Maven says so, and stories that are no kernel tests report there too.
     */
    private Stream<String> unlistedFailures() {
        Set<TestName> listed = tests.keySet().stream().map(TestName::wholeClass).collect(Collectors.toSet());
        return results.getOrDefault(Kernel.VM_V2, Map.of()).values().stream()
                .filter(result -> result.outcome() == Outcome.FAILED)
                .filter(result -> !listed.contains(result.test().wholeClass()))
                .map(result -> "%s failed on %s: %s"
                        .formatted(result.test(), result.kernel().label(), result.detail()));
    }

    private Verdict verdict(Kernel kernel, TestName test) {
        Outcome outcome = result(kernel, test).map(KernelResult::outcome).orElse(null);
        if (outcome == Outcome.FAILED) {
            return Verdict.FAILED;
        }
        if (outcome == Outcome.PASSED) {
            return Verdict.PASSED;
        }
        if (reason(kernel, test).isPresent()) {
            return Verdict.EXCLUDED;
        }
        return outcome == null ? Verdict.MISSING : Verdict.SKIPPED;
    }

    private String line(Kernel kernel, TestName test) {
        double seconds = result(kernel, test).map(KernelResult::millis).orElse(0L) / 1000.0;
        String verdict = verdict(kernel, test).word();
        return String.format(Locale.ROOT, "  %-8s %6.1f s  %s%s", verdict, seconds, test, why(kernel, test));
    }

    private String why(Kernel kernel, TestName test) {
        return reason(kernel, test)
                .or(() -> result(kernel, test).map(KernelResult::detail))
                .filter(detail -> !detail.isEmpty())
                .map(detail -> ": " + detail)
                .orElse("");
    }

    private boolean ran(Kernel kernel, TestName test) {
        Verdict verdict = verdict(kernel, test);
        return verdict == Verdict.PASSED || verdict == Verdict.FAILED;
    }

    private Optional<String> reason(Kernel kernel, TestName test) {
        return Optional.ofNullable(tests.get(test)).flatMap(exclusions -> exclusions.reasonFor(kernel));
    }

    /** What happened to the whole class (a failing BeforeAll, a skip) happened to each of its methods. */
    private Optional<KernelResult> result(Kernel kernel, TestName test) {
        Map<TestName, KernelResult> byTest = results.getOrDefault(kernel, Map.of());
        return Stream.of(test, test.wholeClass())
                .flatMap(name -> Optional.ofNullable(byTest.get(name)).stream())
                .reduce(KernelResult::and);
    }
}
