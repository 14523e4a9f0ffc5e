package dev.coffer.benchmarks.usage;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.Containerizer;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Statistic;
import dev.coffer.container.Stdio;
import dev.coffer.container.Termination;
import dev.coffer.container.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** {@code ./dev bench usage}: samples containers that run, round after round, on one thread. */
public final class UsageBench {
    private static final Path BASE = Path.of("/dev/shm/coffer-bench-usage");
    private static final int TARGET_MILLIS = 150;
    private static final int TARGET_CONTAINERS = 1000;
    private static final int WARM_UP = 20;
    private static final Resources LIMITS =
            new Resources(OptionalDouble.of(2), OptionalLong.of(256L << 20), OptionalLong.of(128));

    private final Containerizer containers;
    private final List<ContainerId> ids = new ArrayList<>();

    private UsageBench(Containerizer containers) {
        this.containers = containers;
    }

    /** What one round over all containers cost the thread that did it. */
    private record Round(long cpuNanos, long wallNanos, long bytes) {}

    /** Runs the bench; an argument is the number of containers or, after {@code --out}, the file for the table. */
    public static void main(List<String> arguments) throws IOException, InterruptedException {
        UsageOptions options = UsageOptions.parse(arguments);
        Files.createDirectories(BASE);
        HostConfig config =
                new HostConfig(BASE.resolve("work"), BASE.resolve("run"), BASE.resolve("store"), "coffer-bench-usage");
        try (Host host = Host.open(config)) {
            UsageBench bench = new UsageBench(host.containerizer());
            host.containerizer().recover();
            try {
                bench.removeAll();
                bench.launch(options.containers());
                List<Round> rounds = bench.measure(options.rounds());
                String table = bench.table(rounds);
                System.out.print(table);
                if (options.out().isPresent()) {
                    Files.writeString(
                            options.out().get(),
                            table,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING);
                }
            } finally {
                bench.removeAll();
            }
        }
    }

    private void launch(int count) {
        for (int i = 0; i < count; i++) {
            ContainerId id = new ContainerId("usage" + i);
            ProcessSpec process = new ProcessSpec(
                    List.of("sleep", "100000"), Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), true);
            containers.launch(new ContainerSpec(
                    id,
                    Optional.empty(),
                    process,
                    LIMITS,
                    IsolationSpec.DEFAULT,
                    SecuritySpec.DEFAULT,
                    new Stdio.SandboxFiles(),
                    SandboxPolicy.REMOVE));
            ids.add(id);
            if (ids.size() % 100 == 0) {
                System.err.println("bench: " + ids.size() + " containers run");
            }
        }
    }

    private List<Round> measure(int count) {
        for (int i = 0; i < WARM_UP; i++) {
            round();
        }
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rounds.add(round());
        }
        return rounds;
    }

    /** Each container's usage is asked for, as a daemon would: one call per container. */
    private Round round() {
        ThreadMeter meter = ThreadMeter.start();
        for (ContainerId id : ids) {
            Usage usage = containers.usage(id).orElse(Usage.UNKNOWN);
            if (usage.memoryBytes().isEmpty() || usage.cpuNanos().isEmpty()) {
                throw new IllegalStateException("container " + id + " has no usage: " + usage);
            }
        }
        return new Round(meter.cpuNanos(), meter.wallNanos(), meter.bytes());
    }

    private String table(List<Round> rounds) {
        Usage one = containers.usage(ids.get(0)).orElse(Usage.UNKNOWN);
        long figures = Arrays.stream(Statistic.values())
                        .filter(statistic -> one.get(statistic).isPresent())
                        .count()
                + one.labelled().size();
        double cpu = median(rounds, true) / 1e6;
        double bytes = median(rounds, false) / ids.size();
        double limit = (double) TARGET_MILLIS * ids.size() / TARGET_CONTAINERS;
        long wall = rounds.stream().mapToLong(Round::wallNanos).sorted().toArray()[rounds.size() / 2];
        return String.format(
                Locale.ROOT,
                """
                | containers | figures each | rounds | CPU per round, median | worst | wall, median | allocated per container | target |
                |---:|---:|---:|---:|---:|---:|---:|---|
                | %d | %d | %d | %.1f ms | %.1f ms | %.1f ms | %.0f B | %.0f ms: %s |
                """,
                ids.size(),
                figures,
                rounds.size(),
                cpu,
                rounds.stream().mapToLong(Round::cpuNanos).max().orElse(0) / 1e6,
                wall / 1e6,
                bytes,
                limit,
                cpu < limit ? "met" : "missed");
    }

    private static double median(List<Round> rounds, boolean cpu) {
        long[] sorted = rounds.stream()
                .mapToLong(round -> cpu ? round.cpuNanos() : round.bytes())
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private void removeAll() throws InterruptedException {
        List<CompletableFuture<Termination>> ends = new ArrayList<>();
        for (ContainerId id : containers.containers()) {
            containers.destroy(id).ifPresent(ends::add);
        }
        for (CompletableFuture<Termination> end : ends) {
            CompletableFuture<Void> done = end.handle((result, failure) -> null);
            done.orTimeout(1, TimeUnit.MINUTES).join();
        }
    }
}
