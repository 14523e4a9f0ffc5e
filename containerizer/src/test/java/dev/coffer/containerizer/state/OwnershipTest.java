package dev.coffer.containerizer.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
    @TempDir
    Path directory;

    private RuntimeLayout layout;

    @BeforeEach
    void prepare() throws IOException {
        layout = new RuntimeLayout(directory.resolve("run"), directory.resolve("work"));
        new Records(layout).prepare();
    }

    @Test
    void askingAboutAnOwnerInTheSameProcessDoesNotMakeItLookDeadToOthers() throws IOException {
        try (Ownership first = Ownership.acquire(layout);
                Ownership second = Ownership.acquire(layout)) {
            assertThat(second.isAlive(first.instance())).isTrue();
            second.forgetTheDead();

            assertThat(isLocked(layout.ownerLock(first.instance()))).isTrue();
            assertThat(isLocked(layout.ownerLock(second.instance()))).isTrue();
        }
    }

    @Test
    void anOwnerThatIsClosedIsDead() throws IOException {
        try (Ownership second = Ownership.acquire(layout)) {
            Ownership first = Ownership.acquire(layout);
            first.close();

            assertThat(second.isAlive(first.instance())).isFalse();
        }
    }

    @Test
    void aSecondThreadWaitsForALock() throws IOException, InterruptedException, ExecutionException {
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Boolean> other = new FutureTask<>(() -> {
            begun.countDown();
            try (ProcessLock ignored = ProcessLock.hold(layout.recoveryLock())) {
                return true;
            }
        });
        Thread thread = new Thread(other);
        try (ProcessLock ignored = ProcessLock.hold(layout.recoveryLock())) {
            thread.start();
            begun.await();
            while (thread.getState() == Thread.State.RUNNABLE) {
                Thread.onSpinWait();
            }
            assertThat(other.isDone()).isFalse();
        }

        assertThat(other.get()).isTrue();
    }

    /** As the kernel tells other processes: the lock's line in {@code /proc/locks} ends in the file's inode number. */
    private static boolean isLocked(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " 0 EOF";
        return Files.readString(Path.of("/proc/locks")).contains(inode);
    }
}
