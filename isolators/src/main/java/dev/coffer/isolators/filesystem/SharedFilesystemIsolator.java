package dev.coffer.isolators.filesystem;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.HostVolume;
import dev.coffer.container.Volume;
import dev.coffer.container.Volume.Propagation;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.runtime.DockerRuntimeIsolator;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Some of the host's directories exchanged, for tasks on the host's own file system: a container's {@code /tmp}, say. Only
 * the container sees it, in its mount namespace.
 */
final class SharedFilesystemIsolator implements PlanIsolator {
    @Override
    public String name() {
        return SharedFilesystemProvider.NAME;
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        List<LaunchStep> steps = new ArrayList<>();
        List<Path> targets = new ArrayList<>();
        for (Volume volume : context.spec().isolation().volumes()) {
            if (volume instanceof HostVolume ofHost) {
                Path target = target(ofHost);
                requireApart(ofHost, target, targets);
                targets.add(target);
                Set<MountFlag> flags = EnumSet.of(MountFlag.NODEV);
                if (volume.readOnly()) {
                    flags.add(MountFlag.RDONLY);
                }
                steps.add(new Bind(
                        source(ofHost, context), target.toString(), flags, ofHost.propagation() == Propagation.SLAVE));
            }
        }
        return steps;
    }

    private static void requireApart(HostVolume volume, Path target, List<Path> others) {
        for (Path other : others) {
            if (target.startsWith(other) || other.startsWith(target)) {
                throw fault(volume, "it would be in another volume, or that in it, at " + other);
            }
        }
    }

    /** Nothing is made on the host, so it must be there; what a symlink leads to is covered. */
    private static Path target(HostVolume volume) {
        Path target = Path.of(volume.containerPath());
        if (!target.isAbsolute()) {
            throw fault(volume, "the target must be an absolute path");
        }
        try {
            return target.toRealPath();
        } catch (IOException e) {
            throw fault(volume, "the host has no such target (" + e + "); make it first");
        }
    }

    private static Path source(HostVolume volume, LaunchContext context) {
        if (volume.hostPath().isAbsolute()) {
            try {
                return volume.hostPath().toRealPath();
            } catch (IOException e) {
                throw fault(volume, "the host path cannot be resolved (" + e + ")");
            }
        }
        Path directory = context.sandbox().resolve(volume.hostPath()).normalize();
        Path parent = directory.getParent();
        if (parent != null && Files.isDirectory(directory)) { // nothing is there to explain
            DockerRuntimeIsolator.Account account = DockerRuntimeIsolator.accountOf(context);
            try (OpenDirectory opened = OpenDirectory.open(parent)) {
                opened.chown(PathBytes.of(String.valueOf(directory.getFileName())), account.uid(), account.gid());
            } catch (ErrnoException e) {
                throw new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot give directory " + directory + " to user " + account.uid() + ": " + e.getMessage(),
                        e);
            }
        }
        return directory;
    }

    static IsolationException fault(HostVolume volume, String cause) {
        return new IsolationException(
                Fault.USER_SPEC,
                "cannot mount volume '" + volume.hostPath() + "' at '" + volume.containerPath() + "': " + cause);
    }
}
