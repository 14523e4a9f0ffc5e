package dev.coffer.isolators.filesystem;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.HostVolume;
import dev.coffer.container.Volume;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Directories of the sandbox that stand in for those of the host; they go with the sandbox. */
record SharedDirectories(Function<ContainerId, Path> sandboxes) implements HostIsolator {
    @Override
    public String name() {
        return SharedFilesystemProvider.NAME;
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Directories(sandboxes.apply(id));
    }

    @Override
    public Set<ContainerId> discover() {
        return Set.of();
    }

    private record Directories(Path sandbox) implements HostResource {
        @Override
        public void create(ContainerSpec spec) {
            for (Volume volume : spec.isolation().volumes()) {
                if (volume instanceof HostVolume ofHost && !ofHost.hostPath().isAbsolute()) {
                    make(ofHost);
                }
            }
        }

        private void make(HostVolume volume) {
            Path directory = sandbox.resolve(volume.hostPath()).normalize();
            if (!directory.startsWith(sandbox) || directory.equals(sandbox)) {
                throw SharedFilesystemIsolator.fault(volume, "a relative source is a directory in the sandbox");
            }
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new IsolationException(Fault.HOST_SETUP, "cannot make directory " + directory + ": " + e, e);
            }
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of();
        }

        @Override
        public void close() {
            // with the sandbox
        }
    }
}
