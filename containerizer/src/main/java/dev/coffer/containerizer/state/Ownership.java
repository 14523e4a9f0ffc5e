package dev.coffer.containerizer.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells whose containers are whose when several processes share a runtime directory: each holds a lock that the kernel
 * gives back when it dies. Thread-safe.
 */
public final class Ownership implements AutoCloseable {
    /**
     * The locks of this process, which must not be opened again: closing any descriptor of a file gives back all locks
     * that the process has on it. See fcntl(2), "record locks".
     */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final RuntimeLayout layout;
    private final String instance;
    private final Path file;
    private final FileChannel channel;

    private Ownership(RuntimeLayout layout, String instance, Path file, FileChannel channel) {
        this.layout = layout;
        this.instance = instance;
        this.file = file;
        this.channel = channel;
    }

    /** Becomes an owner of its own. The directories must be prepared. */
    public static Ownership acquire(RuntimeLayout layout) throws IOException {
        String instance = newInstance();
        Path file = layout.ownerLock(instance);
        try (ProcessLock ignored = ProcessLock.hold(layout.ownersLock())) {
            return lock(layout, instance, file);
        }
    }

    /** Unique since boot, like the runtime directory; a random UUID would start the JVM's security providers. */
    private static String newInstance() throws IOException {
        Path pid = Files.readSymbolicLink(Path.of("/proc/self")); // ProcessHandle would start threads
        return pid + "-" + Long.toHexString(System.nanoTime());
    }

    private static Ownership lock(RuntimeLayout layout, String instance, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new IOException("cannot lock " + file + ": held by another process");
            }
            OURS.add(file);
            return new Ownership(layout, instance, file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public String instance() {
        return instance;
    }

    /** Whether the owner is in this process or in another that is alive. */
    public boolean isAlive(String owner) throws IOException {
        Path lock = layout.ownerLock(owner);
        if (OURS.contains(lock)) {
            return true;
        }
        if (!Files.exists(lock)) {
            return false;
        }
        try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            return other.tryLock() == null;
        }
    }

    /** Removes the lock files of owners that are dead; their containers must have been taken over before. */
    public void forgetTheDead() throws IOException {
        try (ProcessLock ignored = ProcessLock.hold(layout.ownersLock());
                DirectoryStream<Path> locks =
                        Files.newDirectoryStream(layout.owners(), "*" + RuntimeLayout.LOCK_SUFFIX)) {
            for (Path lock : locks) {
                String name = lock.getFileName().toString();
                if (!isAlive(name.substring(0, name.length() - RuntimeLayout.LOCK_SUFFIX.length()))) {
                    Files.deleteIfExists(lock);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(file);
        } finally {
            OURS.remove(file);
        }
    }
}
