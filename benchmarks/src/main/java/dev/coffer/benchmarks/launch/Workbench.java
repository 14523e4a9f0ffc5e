package dev.coffer.benchmarks.launch;

import dev.coffer.agent.config.HostConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The directory everything happens in, with a tmpfs and an ext4 of its own. Closing it, or ending the JVM by a signal,
 * leaves nothing of the bench on the host; what a killed bench left goes when the next one opens.
 */
final class Workbench implements AutoCloseable {
    private static final Path BASE = Path.of("/var/tmp/coffer-bench-launch");
    private static final Path LOCK = Path.of("/var/tmp/coffer-bench-launch.lock");
    private static final long EXT4_BYTES = 1L << 30;

    private final FileChannel lock;
    private final Path tools;
    private final List<List<String>> undo = new ArrayList<>();
    private boolean closed;

    private Workbench(FileChannel lock, Path tools) {
        this.lock = lock;
        this.tools = tools;
    }

    static Workbench open(Path tools) throws IOException, InterruptedException {
        FileChannel lock = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock.tryLock() == null) {
            lock.close();
            throw new IOException("cannot use " + BASE + ": another bench is running");
        }
        Workbench bench = new Workbench(lock, tools);
        Runtime.getRuntime().addShutdownHook(new Thread(bench::closeAtExit, "bench-cleanup"));
        Leftovers.remove(BASE);
        Files.createDirectories(bench.tmpfs());
        Programs.require("mount", "-t", "tmpfs", "coffer-bench", bench.tmpfs().toString());
        bench.mountExt4();
        return bench;
    }

    private void mountExt4() throws IOException, InterruptedException {
        Path image = BASE.resolve("ext4.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(EXT4_BYTES);
        }
        Files.createDirectories(ext4());
        Programs.require("mkfs.ext4", "-q", "-F", "-O", "has_journal", image.toString());
        Programs.require("mount", "-o", "loop", image.toString(), ext4().toString());
    }

    Path tmpfs() {
        return BASE.resolve("tmpfs");
    }

    Path ext4() {
        return BASE.resolve("ext4");
    }

    /** On the machine's own disk, for what keeps databases. */
    Path disk() {
        return BASE;
    }

    /** One of our C tools. */
    String tool(String name) {
        return tools.resolve(name).toString();
    }

    /** An empty directory. */
    static String directory(Path parent, String name) throws IOException {
        return Files.createDirectories(parent.resolve(name)).toString();
    }

    /** A Coffer whose sandboxes are on that file system; its records and images are on the tmpfs. */
    HostConfig coffer(String name, Path fileSystem) throws IOException {
        Path own = tmpfs().resolve(name);
        Files.createDirectories(own);
        return new HostConfig(
                Files.createDirectories(fileSystem.resolve(name + "-work")),
                own.resolve("run"),
                own.resolve("store"),
                Leftovers.CGROUP_PREFIX + "-" + name);
    }

    /** Runs this at the end, whether or not it succeeds: what a daemon keeps for us. */
    synchronized void atEnd(String... command) {
        undo.add(0, List.of(command));
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() throws IOException, InterruptedException {
        if (closed) {
            return;
        }
        closed = true;
        Programs.endAll();
        for (List<String> command : undo) {
            Programs.run(60, command);
        }
        Leftovers.remove(BASE);
        Files.deleteIfExists(LOCK);
        lock.close();
    }
}
