package dev.coffer.benchmarks.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Runs the tools and the peers. None is waited for longer than its time, none survives the bench. */
final class Programs {
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    private Programs() {}

    /** What a program printed, and how it ended. */
    record Result(int status, String output, String errors) {
        String lastError() {
            return errors.strip().lines().reduce((first, second) -> second).orElse("no message");
        }
    }

    /** Runs it to its end, with its output kept in files so that it can never block on us. */
    static Result run(int timeoutSeconds, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("coffer-bench", ".out");
        Path errors = Files.createTempFile("coffer-bench", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            int status = await(process, timeoutSeconds, command);
            return new Result(status, read(output), read(errors));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    private static int await(Process process, int timeoutSeconds, List<String> command)
            throws IOException, InterruptedException {
        RUNNING.add(process);
        try {
            if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                throw new IOException(
                        "cannot run " + String.join(" ", command) + ": not done after " + timeoutSeconds + " s");
            }
            return process.exitValue();
        } finally {
            end(process);
            RUNNING.remove(process);
        }
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    /** Runs it and insists that it succeeds. */
    static String require(List<String> command) throws IOException, InterruptedException {
        Result result = run(120, command);
        if (result.status() != 0) {
            throw new IOException("cannot run " + String.join(" ", command) + ": status " + result.status() + ": "
                    + result.lastError());
        }
        return result.output();
    }

    static String require(String... command) throws IOException, InterruptedException {
        return require(List.of(command));
    }

    static boolean succeeds(String... command) throws IOException, InterruptedException {
        return run(20, List.of(command)).status() == 0;
    }

    /** Where the PATH has a program of this name. */
    static Optional<Path> find(String name) {
        for (String directory :
                System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
            Path candidate = Path.of(directory).resolve(name);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    static void endAll() {
        RUNNING.forEach(Programs::end);
    }

    private static void end(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
    }
}
