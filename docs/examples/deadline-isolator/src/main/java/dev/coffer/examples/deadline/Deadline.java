package dev.coffer.examples.deadline;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.Limitation;
import dev.coffer.container.Termination.Reason;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LimitationListener;
import dev.coffer.isolation.LimitsAtRunTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/** The deadline of one container, as milliseconds since the epoch in a file. */
final class Deadline implements HostResource, LimitsAtRunTime {
    private final Path file;
    private final Duration time;
    private final Alarms alarms;
    private @Nullable ScheduledFuture<?> alarm;

    Deadline(Path file, Duration time, Alarms alarms) {
        this.file = file;
        this.time = time;
        this.alarms = alarms;
    }

    @Override
    public void create(ContainerSpec spec) {
        try {
            Files.createDirectories(file.resolveSibling(""));
            Files.writeString(
                    file,
                    Long.toString(System.currentTimeMillis() + time.toMillis()),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failure("write", e);
        }
    }

    /** Nothing has to be done inside the container. */
    @Override
    public List<LaunchStep> steps() {
        return List.of();
    }

    @Override
    public synchronized void watch(LimitationListener listener) {
        long left;
        try {
            left = Long.parseLong(Files.readString(file)) - System.currentTimeMillis();
        } catch (NoSuchFileException startedWithoutThisIsolator) {
            return;
        } catch (IOException e) {
            throw failure("read", e);
        }
        alarm = alarms.after(
                Math.max(0, left),
                () -> listener.exceeded(new Limitation(
                        Reason.TIME_LIMIT,
                        "it ran longer than " + time.toSeconds() + " s",
                        "time:" + time.toSeconds())));
    }

    @Override
    public synchronized void close() {
        if (alarm != null) {
            alarm.cancel(false);
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failure("remove", e);
        }
    }

    private IsolationException failure(String verb, IOException cause) {
        return new IsolationException(
                Fault.HOST_RESOURCES, "cannot " + verb + " deadline " + file + ": " + cause, cause);
    }
}
