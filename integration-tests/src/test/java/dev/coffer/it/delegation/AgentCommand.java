package dev.coffer.it.delegation;

import dev.coffer.it.support.Launchers;
import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The command line of this class path, which works the same on the host and in a container that sees its files. */
record AgentCommand(TestDirectories directories) {
    private static final int PATIENCE_SECONDS = 180;

    /** What a run that has ended left. */
    record Result(int status, String out, String err) {}

    /** Its words up to the subcommand, with directories of its own below the test's. */
    List<String> words(String name) throws IOException {
        Path own = Files.createDirectories(directories.base().resolve(name));
        List<String> words = new ArrayList<>(Launchers.java());
        words.addAll(List.of(
                "dev.coffer.cli.Main",
                "run",
                "--rm",
                "--network=none",
                "--name=" + directories.prefix() + "-" + name,
                "--work_dir=" + own.resolve("work"),
                "--runtime_dir=" + own.resolve("run"),
                "--docker_store_dir=" + own.resolve("store"),
                "--cgroups_root=" + directories.config().cgroupsRoot()));
        return words;
    }

    /** A container sees the host's files, but has a {@code /dev} of its own: what of ours is there it gets as volumes. */
    List<String> volumes() {
        List<String> words = new ArrayList<>(List.of("-v", directories.base() + ":" + directories.base()));
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            if (entry.startsWith("/dev/shm/") && Files.exists(Path.of(entry))) {
                words.addAll(List.of("-v", entry + ":" + entry + ":ro"));
            }
        }
        return words;
    }

    Process start(List<String> words, String name) throws IOException {
        return new ProcessBuilder(words)
                .redirectOutput(out(name).toFile())
                .redirectError(err(name).toFile())
                .start();
    }

    Path out(String name) {
        return directories.base().resolve(name + ".out");
    }

    Path err(String name) {
        return directories.base().resolve(name + ".err");
    }

    Result run(List<String> words, String name) throws IOException, InterruptedException {
        return await(start(words, name), name);
    }

    Result await(Process process, String name) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(name + " still runs; it said " + Files.readString(err(name)));
        }
        return new Result(process.exitValue(), Files.readString(out(name)), Files.readString(err(name)));
    }
}
