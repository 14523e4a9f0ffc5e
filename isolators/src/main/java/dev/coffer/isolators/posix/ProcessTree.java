package dev.coffer.isolators.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Processes as {@code /proc/<pid>/stat} has them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
 */
final class ProcessTree {
    /** {@code USER_HZ} is 100 on every architecture that Coffer runs on. */
    private static final long TICK_NANOS = 10_000_000;

    private static final long PAGE = 4096;

    private final Path proc;

    ProcessTree(Path proc) {
        this.proc = proc;
    }

    /** Sums over a process and its descendants; processor time of descendants that ended is in that of who waited. */
    record Figures(long processes, long threads, long userNanos, long systemNanos, long residentBytes) {}

    /** The fields after the name, which may hold anything; the first is number 3 of the manual page. */
    private record Stat(List<String> fields) {
        long field(int number) {
            return Long.parseLong(fields.get(number - 3));
        }
    }

    /** When it was started, in ticks since the boot: with the number, that names a process. */
    Optional<Long> startOf(long pid) {
        return read(proc.resolve(Long.toString(pid))).map(stat -> stat.field(22));
    }

    /** Empty if there is no such process, or one that was started at another time. */
    Optional<Figures> figures(long pid, long start) throws IOException {
        Map<Long, Stat> stats = new HashMap<>();
        Map<Long, List<Long>> children = new HashMap<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path directory : directories) {
                Optional<Stat> stat = read(directory);
                if (stat.isPresent()) {
                    long number = Long.parseLong(String.valueOf(directory.getFileName()));
                    stats.put(number, stat.get());
                    children.computeIfAbsent(stat.get().field(4), parent -> new ArrayList<>())
                            .add(number);
                }
            }
        }
        Stat first = stats.get(pid);
        return first == null || first.field(22) != start ? Optional.empty() : Optional.of(sum(pid, stats, children));
    }

    private static Figures sum(long pid, Map<Long, Stat> stats, Map<Long, List<Long>> children) {
        Figures sum = new Figures(0, 0, 0, 0, 0);
        Deque<Long> open = new ArrayDeque<>(List.of(pid));
        while (!open.isEmpty()) {
            long number = open.remove();
            Stat stat = stats.get(number);
            if (stat != null) {
                sum = new Figures(
                        sum.processes + 1,
                        sum.threads + stat.field(20),
                        sum.userNanos + (stat.field(14) + stat.field(16)) * TICK_NANOS,
                        sum.systemNanos + (stat.field(15) + stat.field(17)) * TICK_NANOS,
                        sum.residentBytes + stat.field(24) * PAGE);
            }
            open.addAll(children.getOrDefault(number, List.of()));
        }
        return sum;
    }

    /** Empty if it has ended. */
    private static Optional<Stat> read(Path directory) {
        try {
            String text = new String(Files.readAllBytes(directory.resolve("stat")), StandardCharsets.ISO_8859_1);
            return Optional.of(new Stat(
                    List.of(text.substring(text.lastIndexOf(')') + 2).strip().split(" ", -1))));
        } catch (IOException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }
}
