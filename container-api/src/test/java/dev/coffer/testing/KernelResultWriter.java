package dev.coffer.testing;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.coffer.testing.KernelResult.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Appends each result to the file named by {@code -Dcoffer.results}, the moment it is known: in the VM that file is a
 * serial line, and what was written survives a crash of the guest. Found by JUnit through {@code META-INF/services}.
 */
public final class KernelResultWriter implements TestExecutionListener {
    private final Optional<Path> file =
            Optional.ofNullable(System.getProperty("coffer.results")).map(Path::of);
    private final Kernel kernel = Kernel.present();
    private final Map<String, Instant> begun = new ConcurrentHashMap<>();
    private @Nullable TestPlan plan;

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
        plan = started;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        begun.put(test.getUniqueId(), Instant.now());
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        write(test, Outcome.SKIPPED, reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String detail = result.getThrowable().map(Throwable::toString).orElse("");
        if (result.getStatus() == Status.FAILED) {
            write(test, Outcome.FAILED, detail);
        } else if (result.getStatus() == Status.ABORTED) {
            write(test, Outcome.SKIPPED, detail);
        } else if (test.isTest()) {
            write(test, Outcome.PASSED, "");
        }
    }

    private void write(TestIdentifier test, Outcome outcome, String detail) {
        if (plan != null) {
            TestPlan running = plan;
            file.ifPresent(path -> TestName.of(running, test)
                    .ifPresent(name -> append(path, new KernelResult(kernel, name, outcome, millis(test), detail))));
        }
    }

    private long millis(TestIdentifier test) {
        Instant start = begun.remove(test.getUniqueId());
        return start == null ? 0 : Duration.between(start, Instant.now()).toMillis();
    }

    private static void append(Path path, KernelResult result) {
        try {
            Files.writeString(path, result.line() + System.lineSeparator(), CREATE, WRITE, APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record a result in " + path, e);
        }
    }
}
