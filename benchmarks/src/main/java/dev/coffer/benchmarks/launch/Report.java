package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Results.Summary;
import dev.coffer.benchmarks.launch.Slice.Situation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The results as Markdown: tables first, then the targets, then where the time goes. */
final class Report {
    private final LaunchOptions options;
    private final Results results;
    private final List<IdleMemory.Row> memory;
    private final List<String> remarks;
    private final String quiet;
    private final StringBuilder text = new StringBuilder();

    Report(LaunchOptions options, Results results, List<IdleMemory.Row> memory, List<String> remarks, String quiet) {
        this.options = options;
        this.results = results;
        this.memory = List.copyOf(memory);
        this.remarks = List.copyOf(remarks);
        this.quiet = quiet;
    }

    String markdown() {
        line("# Launching, running and removing a container");
        line("");
        line("busybox `true`, fresh overlay, all namespaces, cgroup limits; from request to nothing left.");
        line(
                "%d rounds, all contenders interleaved; %s. Times in ms: the median of the rounds' medians, the best"
                        + " round's, p95 of all launches. CPU is what the whole machine spent per launch.",
                options.rounds(), quiet);
        if (options.quick()) {
            line("**Quick run: too few launches to conclude anything.**");
        }
        backToBack();
        situations();
        memory();
        targets();
        line("");
        line("## Where the time goes");
        Breakdown.of(results).forEach(this::line);
        remarks();
        return text.toString();
    }

    private void line(String format, Object... arguments) {
        text.append(arguments.length == 0 ? format : String.format(Locale.ROOT, format, arguments))
                .append('\n');
    }

    private void backToBack() {
        line("");
        line("## Back to back, writable layer on tmpfs");
        line("");
        line("| contender | at once | median [best] | p95 | launches/s | CPU | x floor | x crun |");
        line("|---|---|---|---|---|---|---|---|");
        for (Summary summary : results.of(Situation.BACK_TO_BACK)) {
            int concurrency = summary.slice().work().concurrency();
            line(
                    "| %s | %d | %.2f [%.2f] | %.2f | %.0f | %.2f | %s | %s |",
                    summary.slice().contender().name(),
                    concurrency,
                    summary.median(),
                    summary.best(),
                    summary.p95(),
                    summary.launchesPerSecond(),
                    summary.cpu(),
                    ratio(summary, results.find(Situation.BACK_TO_BACK, LaunchBench.FLOOR, concurrency)),
                    ratio(summary, results.find(Situation.BACK_TO_BACK, "crun", concurrency)));
        }
    }

    private static String ratio(Summary summary, Optional<Summary> base) {
        return base.map(found -> String.format(Locale.ROOT, "%.2f", summary.median() / found.median()))
                .orElse("");
    }

    private void situations() {
        line("");
        line("## Other situations, one at a time");
        line("");
        line("| situation | contender | median [best] | p95 | CPU | x floor there |");
        line("|---|---|---|---|---|---|");
        for (Situation situation : Situation.values()) {
            if (situation == Situation.BACK_TO_BACK) {
                continue;
            }
            Optional<Summary> floor = results.find(situation, LaunchBench.FLOOR, 1);
            for (Summary summary : results.of(situation)) {
                line(
                        "| %s | %s | %.2f [%.2f] | %.2f | %.2f | %s |",
                        situation,
                        summary.slice().contender().name(),
                        summary.median(),
                        summary.best(),
                        summary.p95(),
                        summary.cpu(),
                        ratio(summary, floor));
            }
        }
    }

    private void memory() {
        line("");
        line("## Memory per idle container");
        line("");
        line("| supervisor | PSS, KB per container | containers |");
        line("|---|---|---|");
        memory.forEach(row -> line("| %s | %.0f | %d |", row.name(), row.pssKilobytes(), row.containers()));
    }

    private void targets() {
        line("");
        line("## Targets");
        line("");
        line("| target | measured | limit | |");
        line("|---|---|---|---|");
        for (Target target : Target.of(results, memory)) {
            line(
                    "| %s | %s | %s %s | %s |",
                    target.name(), target.measured(), target.sign(), target.limitText(), target.verdict());
        }
    }

    private void remarks() {

        if (remarks.isEmpty()) {
            return;
        }
        line("");
        line("## Not measured");
        line("");
        remarks.forEach(remark -> line("- " + remark));
    }
}
