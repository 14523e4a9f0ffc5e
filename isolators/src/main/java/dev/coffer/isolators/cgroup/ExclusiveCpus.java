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
 * Which container has which processors to itself, and which may run on some only: one file per container, named by it. Every process that launches
 * containers with this runtime directory sees the same, and a container keeps what it has when the agent dies.
 *
 * @param directory made with the first container that asks
 */
record ExclusiveCpus(Path directory) {
    private static final String LOCK = ".lock";
    private static final String WISHES = ".wishes";

    /** What is done while nobody else gives or takes processors. */
    @FunctionalInterface
    interface Action {
        void run() throws IOException;
    }

    private Path wishDirectory() {
        return directory.resolve(WISHES);
    }

    /** Whether any container ever asked for processors. */
    boolean inUse() {
        return Files.isDirectory(directory);
    }

    /** Whether anything is kept of that container. */
    boolean knows(String container) {
        return Files.exists(directory.resolve(container))
                || Files.exists(wishDirectory().resolve(container));
    }

    void locked(Action action) throws IOException {
        Files.createDirectories(wishDirectory());
        synchronized (ExclusiveCpus.class) { // a file lock is held by the whole process
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assert lock.isValid();
                action.run();
            }
        }
    }

    /** Those that one container has alone, by container. */
    Map<String, CpuSet> taken() throws IOException {
        return read(directory);
    }

    /** Those that a container shall run on, by container. */
    Map<String, CpuSet> wishes() throws IOException {
        return read(wishDirectory());
    }

    /** No container has a name with a dot. */
    private static Map<String, CpuSet> read(Path directory) throws IOException {
        Map<String, CpuSet> sets = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return sets;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!name.startsWith(".")) {
                    sets.put(name, set(file));
                }
            }
        }
        return sets;
    }

    private static CpuSet set(Path file) throws IOException {
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

    void recordWish(String container, String cpus) throws IOException {
        Files.writeString(wishDirectory().resolve(container), cpus);
    }

    void forgetWish(String container) throws IOException {
        Files.deleteIfExists(wishDirectory().resolve(container));
    }
}
