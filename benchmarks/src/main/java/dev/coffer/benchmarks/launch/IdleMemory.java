package dev.coffer.benchmarks.launch;

import dev.coffer.container.ContainerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What a runtime keeps in memory for each container that does nothing, besides the task itself. */
final class IdleMemory {
    private static final int OURS = 20;
    private static final int THEIRS = 5;
    private static final String SMAPS = "smaps_rollup";

    private IdleMemory() {}

    /**
     * A runtime whose supervisors are found by the name of their program.
     *
     * @param program as in {@code /proc/<pid>/comm}, or its beginning
     * @param start command that starts a sleeping container of that name in the background
     * @param remove command that ends and removes it
     */
    record Peer(String name, String program, Command start, Command remove) {}

    /** A command line that has the name of a container in it. */
    @FunctionalInterface
    interface Command {
        List<String> forContainer(String name);
    }

    /** One row of the report: proportional set size in KB per container. */
    record Row(String name, double pssKilobytes, int containers) {}

    /** The supervisor and, if Coffer is pid 1, its init. */
    static Row ofCoffer(CofferHost host, Optional<String> image, boolean init)
            throws IOException, InterruptedException {
        List<ContainerId> ids = new ArrayList<>();
        try {
            for (int i = 0; i < OURS; i++) {
                ids.add(new ContainerId("idle" + i));
                host.containers()
                        .launch(CofferHost.spec(
                                "idle" + i, image, init, Busybox.command(image.isPresent(), "sleep", "1000")));
            }
            double sum = 0;
            for (ContainerId id : ids) {
                long first = host.containers()
                        .status(id)
                        .orElseThrow(() -> new IOException("container " + id + " is not known any more"))
                        .pid()
                        .orElseThrow(() -> new IOException("container " + id + " has ended"));
                sum += pss(parent(first)) + (init ? pss(first) : 0);
            }
            return new Row(init ? "coffer (supervisor, init)" : "coffer init=false (supervisor)", sum / OURS, OURS);
        } finally {
            host.removeAll();
        }
    }

    static Row of(Peer peer) throws IOException, InterruptedException {
        Set<Long> before = processes(peer.program());
        List<String> started = new ArrayList<>();
        try {
            for (int i = 0; i < THEIRS; i++) {
                String name = "coffer-bench-idle" + i;
                started.add(name);
                Programs.require(peer.start().forContainer(name));
            }
            TimeUnit.SECONDS.sleep(1); // they start threads and free memory a little after the command has returned
            Set<Long> now = processes(peer.program());
            now.removeAll(before);
            double sum = 0;
            for (long pid : now) {
                sum += pss(pid);
            }
            return new Row(peer.name(), sum / THEIRS, THEIRS);
        } finally {
            for (String name : started) {
                Programs.run(60, peer.remove().forContainer(name));
            }
        }
    }

    private static long parent(long pid) throws IOException {
        return ProcessHandle.of(pid)
                .flatMap(ProcessHandle::parent)
                .map(ProcessHandle::pid)
                .orElseThrow(() -> new IOException("process " + pid + " has no parent"));
    }

    private static Set<Long> processes(String program) throws IOException {
        Set<Long> found = new HashSet<>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (read(process.pid(), "comm").startsWith(program)) {
                found.add(process.pid());
            }
        }
        return found;
    }

    private static double pss(long pid) throws IOException {
        return read(pid, SMAPS)
                .lines()
                .filter(line -> line.startsWith("Pss:"))
                .map(line -> line.replaceAll("[^0-9]", ""))
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElseThrow(() -> new IOException("process " + pid + " has no " + SMAPS));
    }

    /** Empty for a process that is gone. */
    private static String read(long pid, String file) throws IOException {
        Path path = Path.of("/proc/" + pid, file);
        if (!Files.exists(path)) {
            return "";
        }
        return new String(Files.readAllBytes(path), StandardCharsets.UTF_8);
    }
}
