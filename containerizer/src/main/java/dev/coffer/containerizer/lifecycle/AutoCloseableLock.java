package dev.coffer.containerizer.lifecycle;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A lock between processes, held until it is closed. */
final class AutoCloseableLock implements AutoCloseable {
    private final FileChannel channel;

    private AutoCloseableLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Waits for it. */
    static AutoCloseableLock hold(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            channel.lock();
            return new AutoCloseableLock(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close(); // gives the lock back
    }
}
