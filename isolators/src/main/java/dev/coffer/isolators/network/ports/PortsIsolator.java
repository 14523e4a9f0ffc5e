package dev.coffer.isolators.network.ports;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.flag.NumberRange;
import dev.coffer.flag.Syntax;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LimitationListener;
import dev.coffer.isolation.LimitsAtRunTime;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code network/ports}: containers on the host's network listen on their own ports only. */
final class PortsIsolator implements HostIsolator {
    static final String NAME = "network/ports";
    private static final int MAX_PORT = 65535;

    private final Path directory;
    private final PortsWatch watch;

    /**
     * An isolator.
     *
     * @param directory remembers each container's ports, in a file of its name
     */
    PortsIsolator(Path directory, PortsWatch watch) {
        this.directory = directory;
        this.watch = watch;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Ports(id, directory.resolve(id.value()));
    }

    @Override
    public Set<ContainerId> discover() {
        Set<ContainerId> found = new HashSet<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                ContainerId.find(file.getFileName().toString()).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.INTERNAL, "cannot list ports of containers in " + directory + ": " + e.getMessage(), e);
        }
        return found;
    }

    @Override
    public void close() {
        watch.close();
    }

    /** The ports of one container; none for one with a network of its own, which may listen on all of them. */
    private final class Ports implements HostResource, LimitsAtRunTime {
        private final ContainerId id;
        private final Path file;

        Ports(ContainerId id, Path file) {
            this.id = id;
            this.file = file;
        }

        @Override
        public void create(ContainerSpec spec) {
            if (spec.isolation().network() != NetworkMode.HOST) {
                return;
            }
            List<NumberRange> own = spec.isolation().networks().listening();
            try {
                Files.createDirectories(directory);
                Files.writeString(file, PortRules.text(own), StandardOpenOption.CREATE_NEW);
            } catch (FileAlreadyExistsException e) {
                throw failed("an earlier container of that id was not removed; coffer cleanup does", e);
            } catch (IOException e) {
                throw failed(String.valueOf(e.getMessage()), e);
            }
        }

        private IsolationException failed(String cause, IOException e) {
            return new IsolationException(
                    Fault.HOST_RESOURCES, "cannot remember ports of container " + id + ": " + cause, e);
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of();
        }

        /** A container that was launched before this isolator was chosen has no ports on record, and is left alone. */
        @Override
        public void watch(LimitationListener listener) {
            if (!Files.exists(file)) {
                return;
            }
            try {
                String text = Files.readString(file);
                List<NumberRange> own = text.equals("[]")
                        ? List.of()
                        : Syntax.ranges(1, MAX_PORT).parse(text);
                watch.add(id, own, listener);
            } catch (IOException e) {
                throw new IsolationException(
                        Fault.INTERNAL, "cannot read ports of container " + id + " in " + file + ": " + e, e);
            }
        }

        @Override
        public void close() {
            watch.remove(id);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new IsolationException(
                        Fault.INTERNAL, "cannot forget ports of container " + id + ": " + e.getMessage(), e);
            }
        }
    }
}
