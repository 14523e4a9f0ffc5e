package dev.coffer.containerizer.lifecycle;

import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Owners;
import dev.coffer.isolation.LaunchStepText;
import dev.coffer.linux.Errno;
import dev.coffer.shim.StepFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Turns a failed step into what an operator can act on. */
final class LaunchFailures {
    private static final int RUNTIME_ERROR = 125;
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private LaunchFailures() {}

    static LaunchException explain(ContainerId id, LaunchPlan plan, StepFailedException failure) {
        if (failure.index() >= plan.steps().size()) {
            return new LaunchException(
                    Fault.INTERNAL, "cannot start container " + id + ": " + failure.getMessage(), 125);
        }
        LaunchStep step = plan.steps().get(failure.index());
        if (step instanceof LaunchStep.Exec exec && failure.step().equals("exec")) {
            return notRunnable(exec, failure.errno());
        }
        boolean own = LaunchPlan.nameOf(step).equals(failure.step());
        String what = own
                ? "launch step " + (failure.index() + 1) + " of " + plan.steps().size() + ", "
                        + LaunchStepText.describe(step)
                : failure.step();
        return new LaunchException(
                faultOf(failure.errno()),
                "cannot start container " + id + ": " + what + ": " + Errno.describe(failure.errno())
                        + hint(step, failure.errno()),
                RUNTIME_ERROR);
    }

    private static LaunchException notRunnable(LaunchStep.Exec exec, int errno) {
        String command = exec.command().get(0);
        String tried = command.indexOf('/') >= 0 ? "tried " + command : "tried " + searchPath(exec.environment());
        if (errno == Errno.ENOENT || errno == Errno.ENOTDIR) {
            return new LaunchException(
                    Fault.USER_SPEC,
                    "cannot run '" + command + "': not found in the container, or its interpreter is missing (" + tried
                            + "): " + Errno.describe(errno),
                    NOT_FOUND);
        }
        return new LaunchException(
                Fault.USER_SPEC,
                "cannot run '" + command + "': not executable (" + tried + "): " + Errno.describe(errno),
                NOT_EXECUTABLE);
    }

    private static String searchPath(List<String> environment) {
        return environment.stream()
                .filter(entry -> entry.startsWith("PATH="))
                .map(entry -> entry.substring("PATH=".length()))
                .findFirst()
                .orElse("nothing: PATH is not set");
    }

    private static Fault faultOf(int errno) {
        return switch (errno) {
            case Errno.ENOSPC, Errno.ENOMEM, Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE -> Fault.HOST_RESOURCES;
            case Errno.ENOSYS, Errno.ENODEV, Errno.EPERM -> Fault.HOST_SETUP;
            default -> Fault.INTERNAL;
        };
    }

    private static String hint(LaunchStep step, int errno) {
        if (errno == Errno.ENOSYS) {
            return "; the kernel is too old: coffer doctor lists what is missing";
        }
        if (step instanceof LaunchStep.OverlayRoot && errno == Errno.ENODEV) {
            return "; load the overlay module: modprobe overlay";
        }
        if (errno == Errno.EINVAL) {
            return hintOnOwners(step);
        }
        if (step instanceof LaunchStep.UserNamespace && errno == Errno.ENOSPC) {
            return "; there are as many user namespaces as sysctl user.max_user_namespaces allows";
        }
        if (step instanceof LaunchStep.SetRlimit && errno == Errno.EPERM) {
            return "; raising a hard limit needs CAP_SYS_RESOURCE, which this process lacks";
        }
        if (errno == Errno.ELOOP) {
            return "; the image has a symbolic link at that path";
        }
        return "";
    }

    /** With a user namespace the usual reason is a file system without idmapped mounts. */
    private static String hintOnOwners(LaunchStep step) {
        List<Path> mounted = List.of();
        if (step instanceof LaunchStep.OverlayRoot root && root.owners() == Owners.CONTAINER) {
            mounted = List.of(root.layers(), root.upper());
        } else if (step instanceof LaunchStep.OverlayVolume volume
                && volume.overlay().owners() == Owners.CONTAINER) {
            mounted = List.of(volume.overlay().layers(), volume.overlay().upper());
        } else if (step instanceof LaunchStep.Bind bind && bind.owners() == Owners.CONTAINER) {
            mounted = List.of(bind.source());
        }
        return mounted.isEmpty()
                ? ""
                : "; this kernel cannot map the owners of files on one of "
                        + mounted.stream().map(LaunchFailures::typed).collect(Collectors.joining(", "))
                        + (mounted.size() == 1 ? ", or of a mount below it" : "")
                        + ": use ext4, xfs or btrfs, or run with --userns host";
    }

    private static String typed(Path path) {
        try {
            return path + " (" + Files.getFileStore(path).type() + ")";
        } catch (IOException unknown) {
            return path.toString();
        }
    }
}
