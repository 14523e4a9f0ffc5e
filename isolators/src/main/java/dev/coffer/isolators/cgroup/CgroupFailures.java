package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import org.jspecify.annotations.Nullable;

/** What the kernel's refusals mean to an operator. */
final class CgroupFailures {
    private CgroupFailures() {}

    static IsolationException making(Cgroup cgroup, ErrnoException e, CgroupTree tree) {
        return failure("make cgroup " + cgroup, e, hintForMaking(cgroup, e, tree));
    }

    static IsolationException limiting(String container, ErrnoException e, CgroupTree tree) {
        return failure("limit container " + container, e, hintForLimiting(e, tree));
    }

    static IsolationException removing(Cgroup cgroup, ErrnoException e) {
        return failure("remove cgroup " + cgroup, e, null);
    }

    static IsolationException failure(String verb, ErrnoException cause, @Nullable String hint) {
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

    private static @Nullable String hintForMaking(Cgroup cgroup, ErrnoException e, CgroupTree tree) {
        return switch (e.errno()) {
            case Errno.EEXIST ->
                cgroup.exists()
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
