package dev.coffer.containerizer.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.linux.process.PidFd;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ExitWatchTest {
    @Test
    void canBeClosedByTheOneItCallsBack()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        ExitWatch watch = new ExitWatch();
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (PidFd child = PidFd.open((int) process.pid())) {
            watch.add(child, Optional.empty(), told -> {
                watch.close();
                closed.complete(true);
            });

            process.destroyForcibly();

            assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
