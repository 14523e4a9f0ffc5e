package dev.coffer.isolators.cgroup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which container has which processors to itself: one file per container, named by it. Every process that launches
 * containers with this runtime directory sees the same, and a container keeps what it has when the agent dies.
 *
 * @param directory made with the first container that asks
 */
record ExclusiveCpus(Path directory) {
    private static final String LOCK = ".lock";

    /** What is done while nobody else gives or takes processors. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    void locked(Action action) throws IOException {
        Files.createDirectories(directory);
        synchronized (ExclusiveCpus.class) { // a file lock is held by the whole process
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assert lock.isValid();
                action.run();
            }
        }
    }

    /** By container. */
    Map<String, CpuSet> taken() throws IOException {
        Map<String, CpuSet> taken = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return taken;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.equals(LOCK)) {
                    taken.put(name, read(file));
                }
            }
        }
        return taken;
    }

    private static CpuSet read(Path file) throws IOException {
        try {
            return CpuSet.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IOException("record " + file + " of exclusive processors is damaged; remove it", e);
        }
    }

    /** All of them. */
    static TreeSet<Integer> union(Map<String, CpuSet> taken) {
        TreeSet<Integer> all = new TreeSet<>();
        taken.values().forEach(set -> all.addAll(set.numbers()));
        return all;
    }

    void record(String container, String cpus) throws IOException {
        Files.writeString(directory.resolve(container), cpus);
    }

    /** Whether it had any. */
    boolean forget(String container) throws IOException {
        return Files.deleteIfExists(directory.resolve(container));
    }
}
