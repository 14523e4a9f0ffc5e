package dev.coffer.examples.deadline;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Ends a container a fixed time after its launch. What it owns on the host is one file per container, which holds the
 * deadline: an agent that recovers the container reads it there.
 */
final class DeadlineIsolator implements HostIsolator {
    private final String name;
    private final Path directory;
    private final Duration time;
    private final Alarms alarms = new Alarms();

    DeadlineIsolator(String name, Path directory, Duration time) {
        this.name = name;
        this.directory = directory;
        this.time = time;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Deadline(directory.resolve(id.value()), time, alarms);
    }

    @Override
    public Set<ContainerId> discover() {
        Set<ContainerId> ids = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(file -> ids.add(new ContainerId(String.valueOf(file.getFileName()))));
        } catch (NoSuchFileException noneYet) {
            return ids;
        } catch (IOException e) {
            throw new IsolationException(Fault.HOST_SETUP, "cannot list deadlines " + directory + ": " + e, e);
        }
        return ids;
    }
}
