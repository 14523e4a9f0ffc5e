package dev.coffer.isolators.filesystem;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.HostVolume;
import dev.coffer.container.Stdio;
import dev.coffer.container.Volume;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.LaunchStep.OpenTerminal;
import dev.coffer.isolation.LaunchStep.PivotRoot;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolation.PlanIsolator;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The host's own file system, to be written to. Only {@code /proc} is the container's, because it shows its processes, and
 * {@code /dev} is bound once more, because nothing else of a root has devices.
 */
public final class PosixFilesystemIsolator implements PlanIsolator {
    public static final String NAME = "filesystem/posix";

    private final boolean shared;

    /**
     * Mounts nothing of its own.
     *
     * @param shared whether {@code filesystem/shared} mounts volumes of the host
     */
    PosixFilesystemIsolator(boolean shared) {
        this.shared = shared;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        for (Volume volume : context.spec().isolation().volumes()) {
            if (!shared || !(volume instanceof HostVolume)) {
                throw new IsolationException(
                        Fault.USER_SPEC,
                        "cannot mount a volume at '" + volume.containerPath() + "' with " + NAME
                                + ": a task sees the host's files as they are; choose filesystem/linux in --isolation"
                                + (volume instanceof HostVolume ? ", or add filesystem/shared" : ""));
            }
        }
        List<LaunchStep> steps = new ArrayList<>();
        steps.add(new Bind(Path.of("/dev"), "/dev", Set.of()));
        steps.add(new MountFilesystem(
                "proc", "/proc", EnumSet.of(MountFlag.NOSUID, MountFlag.NOEXEC, MountFlag.NODEV), ""));
        if (context.spec().stdio() instanceof Stdio.Terminal terminal) {
            steps.add(new OpenTerminal(terminal.rows(), terminal.columns()));
        }
        steps.add(new PivotRoot());
        return steps;
    }
}
