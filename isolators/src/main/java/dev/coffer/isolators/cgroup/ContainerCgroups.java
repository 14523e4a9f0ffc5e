package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.Resources;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One container's cgroups, one in each tree. Made also without any limit: usage and killing need them. */
final class ContainerCgroups implements HostResource, ReportsUsage {
    private final CgroupLayout layout;
    private final ContainerId id;
    private final Duration patience;

    ContainerCgroups(CgroupLayout layout, ContainerId id, Duration patience) {
        this.layout = layout;
        this.id = id;
        this.patience = patience;
    }

    @Override
    public void create(ContainerSpec spec) {
        Resources limits = spec.resources().effective();
        requireAvailable(limits);
        for (CgroupTree tree : layout.trees()) {
            Cgroup cgroup = make(tree);
            try {
                for (Controller controller : tree.controllers()) {
                    controller.limit(cgroup, limits);
                }
            } catch (ErrnoException e) {
                throw failure("limit container " + id, e, hintForLimiting(e, tree));
            }
        }
    }

    private void requireAvailable(Resources limits) {
        if (limits.cpus().isPresent()) {
            requireAvailable(
                    "cgroups/cpu",
                    "limit processors of container " + id + " to "
                            + limits.cpus().getAsDouble());
        }
        if (limits.memoryBytes().isPresent()) {
            long bytes = limits.memoryBytes().getAsLong();
            requireAvailable("cgroups/mem", "limit memory of container " + id + " to " + bytes + " bytes");
        }
        if (limits.pids().isPresent()) {
            requireAvailable(
                    "cgroups/pids",
                    "limit tasks of container " + id + " to " + limits.pids().getAsLong());
        }
    }

    private void requireAvailable(String controller, String purpose) {
        String remedy = layout.missing().get(controller);
        if (remedy != null) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot " + purpose + ": " + controller + " finds no such controller on this host; " + remedy);
        }
    }

    private Cgroup make(CgroupTree tree) {
        Cgroup cgroup = in(tree);
        try {
            tree.prepareOnce();
            try {
                cgroup.create();
            } catch (ErrnoException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
                tree.prepare();
                cgroup.create();
            }
        } catch (ErrnoException e) {
            throw failure("make cgroup " + cgroup, e, hintForMaking(e, tree));
        }
        return cgroup;
    }

    @Override
    public List<LaunchStep> steps() {
        List<LaunchStep> steps = new ArrayList<>();
        for (CgroupTree tree : layout.trees()) {
            steps.add(tree.joining(in(tree)));
        }
        return steps;
    }

    @Override
    public void usage(Usage.Builder into) {
        for (CgroupTree tree : layout.trees()) {
            Cgroup cgroup = in(tree);
            for (Controller controller : tree.controllers()) {
                controller.usage(cgroup, into);
            }
        }
    }

    @Override
    public OptionalLong oomKills() {
        for (CgroupTree tree : layout.trees()) {
            for (Controller controller : tree.controllers()) {
                OptionalLong kills = controller.oomKills(in(tree));
                if (kills.isPresent()) {
                    return kills;
                }
            }
        }
        return OptionalLong.empty();
    }

    /** Every tree is attempted, whatever becomes of the others; all of them together have the patience of one. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + patience.toNanos();
        IsolationException failure = null;
        for (CgroupTree tree : layout.trees()) {
            Cgroup cgroup = in(tree);
            try {
                cgroup.removeTree(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            } catch (ErrnoException e) {
                failure = merge(failure, failure("remove cgroup " + cgroup, e, null));
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static IsolationException merge(@Nullable IsolationException first, IsolationException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private Cgroup in(CgroupTree tree) {
        return tree.root().child(id.value());
    }

    private static IsolationException failure(String verb, ErrnoException cause, @Nullable String hint) {
        String message = "cannot " + verb + ": " + cause.getMessage() + (hint == null ? "" : "; " + hint);
        return new IsolationException(faultOf(cause.errno()), message, cause);
    }

    private static Fault faultOf(int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES, Errno.EROFS, Errno.ENOENT -> Fault.HOST_SETUP;
            case Errno.ENOMEM, Errno.ENOSPC, Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE -> Fault.HOST_RESOURCES;
            case Errno.ENAMETOOLONG -> Fault.USER_SPEC;
            default -> Fault.INTERNAL;
        };
    }

    private @Nullable String hintForMaking(ErrnoException e, CgroupTree tree) {
        return switch (e.errno()) {
            case Errno.EEXIST ->
                in(tree).exists()
                        ? "an earlier container of that id was not removed: coffer cleanup"
                        : "choose another id: the kernel has a file of that name";
            case Errno.EPERM, Errno.EACCES -> "run as root";
            case Errno.EROFS ->
                "remount it: mount -o remount,rw " + tree.hierarchy().mount();
            case Errno.EBUSY ->
                tree.hierarchy()
                        .ownDirectory()
                        .map(own -> "a cgroup with processes in it cannot hand controllers down; this agent is in "
                                + own + ": move it, and whatever else is there, into a sub-cgroup")
                        .orElse(null);
            default -> null;
        };
    }

    private static @Nullable String hintForLimiting(ErrnoException e, CgroupTree tree) {
        if (e.is(Errno.ENOENT) && tree.hierarchy().version() == Version.V2) {
            return "enable the controller in cgroup.subtree_control of " + tree.root()
                    + " and of every cgroup above it";
        }
        return null;
    }
}
