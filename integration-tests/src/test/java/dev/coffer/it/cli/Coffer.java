package dev.coffer.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs the installed command in directories of its own. */
final class Coffer {
    private static final int PATIENCE_SECONDS = 60;

    private final TestDirectories directories;
    private final Path command;
    private final AtomicInteger next = new AtomicInteger();

    Coffer(TestDirectories directories) {
        this.directories = directories;
        this.command = Path.of(System.getProperty("coffer.command", "../agent/target/coffer/bin/coffer"))
                .toAbsolutePath()
                .normalize();
        assertThat(command).as("the installed command; ./dev build makes it").exists();
    }

    /** What a run that has ended left. */
    record Result(int status, String out, String err) {}

    /** A run that has not ended. */
    record Running(Process process, Path out, Path err) {
        Result await() throws IOException, InterruptedException {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running; it said " + Files.readString(err) + Files.readString(out));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        }
    }

    Path command() {
        return command;
    }

    /** A name that tells this test's processes from others'. */
    String newName() {
        return directories.prefix() + "-" + next.incrementAndGet();
    }

    /** Where the next container of {@link #run} gets its words: a container of its own name, removed with its files. */
    List<String> runWords(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "--rm", "--name", newName()));
        if (!List.of(words).contains("--network")) {
            all.addAll(List.of("--network", "none")); // said, so that the command need not tell of it
        }
        all.addAll(List.of(words));
        return all;
    }

    Result run(String... words) throws IOException, InterruptedException {
        return start("", runWords(words)).await();
    }

    Result coffer(String... words) throws IOException, InterruptedException {
        return start("", List.of(words)).await();
    }

    Running start(String input, List<String> words) throws IOException {
        List<String> all = new ArrayList<>(List.of(command.toString()));
        all.addAll(words);
        return startProgram(input, all);
    }

    /** Another program that runs the command, with the same surroundings. */
    Running startProgram(String input, List<String> words) throws IOException {
        Path base = directories.base();
        String number = "io" + next.incrementAndGet();
        Path in = Files.writeString(base.resolve(number + ".in"), input);
        Path out = base.resolve(number + ".out");
        Path err = base.resolve(number + ".err");
        // a run in the background of a script ignores some signals, and a JVM keeps to that
        List<String> all = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,QUIT"));
        all.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(all)
                .directory(base.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("COFFER_"));
        builder.environment()
                .putAll(Map.of(
                        "COFFER_WORK_DIR",
                        directories.config().workDirectory().toString(),
                        "COFFER_RUNTIME_DIR",
                        directories.config().runtimeDirectory().toString(),
                        "COFFER_DOCKER_STORE_DIR",
                        directories.config().storeDirectory().toString(),
                        "COFFER_CGROUPS_ROOT",
                        directories.config().cgroupsRoot()));
        return new Running(builder.start(), out, err);
    }
}
