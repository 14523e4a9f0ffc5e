package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.Limitation;
import dev.coffer.container.Resources;
import dev.coffer.container.Usage;
import dev.coffer.isolation.AttachesProcess;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LimitationListener;
import dev.coffer.isolation.LimitsAtRunTime;
import dev.coffer.isolation.Pausable;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One container's cgroups, one in each tree. Made also without any limit: usage and killing need them. */
final class ContainerCgroups
        implements HostResource, ReportsUsage, Updatable, LimitsAtRunTime, AttachesProcess, Pausable {
    private final CgroupLayout layout;
    private final OomWatch oom;
    private final ContainerId id;
    private final Duration patience;
    private final Map<CgroupTree, Cgroup> handles = new ConcurrentHashMap<>();
    private Resources limits = Resources.UNLIMITED;

    ContainerCgroups(CgroupLayout layout, OomWatch oom, ContainerId id, Duration patience) {
        this.layout = layout;
        this.oom = oom;
        this.id = id;
        this.patience = patience;
    }

    @Override
    public void create(ContainerSpec spec) {
        limits = spec.resources().effective();
        new Wishes(layout, id.value()).require(limits);
        for (CgroupTree tree : layout.trees()) {
            Cgroup cgroup = make(tree);
            try {
                for (Controller controller : tree.controllers()) {
                    controller.limit(cgroup, limits);
                }
                if (limits.tuning().access().cgroups()) {
                    tree.makeInner(cgroup);
                }
            } catch (ErrnoException e) {
                throw CgroupFailures.limiting(id.value(), e, tree);
            }
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
            throw CgroupFailures.making(cgroup, e, tree);
        }
        return cgroup;
    }

    @Override
    public List<LaunchStep> steps() {
        List<LaunchStep> steps = new ArrayList<>();
        for (CgroupTree tree : layout.trees()) {
            boolean divides = limits.tuning().access().cgroups();
            steps.add(tree.joining(divides ? CgroupTree.inner(in(tree)) : in(tree)));
        }
        return steps;
    }

    @Override
    public void attach(long pid) {
        if (layout.has("cgroups/mem")) {
            try {
                OomScore.adjust(pid, limits);
            } catch (ErrnoException e) {
                throw CgroupFailures.failure("rank container " + id + " for want of memory", e, null);
            }
        }
    }

    /** Every controller is attempted, whatever becomes of the others. */
    @Override
    public void update(Resources wanted) {
        Resources next = wanted.effective();
        new Wishes(layout, id.value()).require(next);
        List<String> refused = new ArrayList<>();
        for (CgroupTree tree : layout.trees()) {
            for (Controller controller : tree.controllers()) {
                try {
                    controller.update(in(tree), next);
                } catch (LimitRefusedException e) {
                    refused.add(e.getMessage());
                } catch (ErrnoException e) {
                    throw CgroupFailures.limiting(id.value(), e, tree);
                }
            }
        }
        oom.reset(id);
        if (!refused.isEmpty()) {
            throw new IsolationException(
                    Fault.HOST_RESOURCES,
                    "cannot update container " + id + ": " + String.join("; ", refused)
                            + "; everything else was changed");
        }
    }

    /** Never ends the container: the kernel does. Only notes what used the memory then. */
    @Override
    public void watch(LimitationListener listener) {
        for (CgroupTree tree : layout.trees()) {
            for (Controller controller : tree.controllers()) {
                if (controller.kernelName().equals("memory")) {
                    oom.add(id, controller, in(tree));
                }
            }
        }
    }

    /** As seen when it happened; else what the kernel still knows of it. */
    @Override
    public Optional<Limitation> outOfMemory() {
        Optional<MemoryBreakdown> seen = oom.last(id);
        for (CgroupTree tree : layout.trees()) {
            for (Controller controller : tree.controllers()) {
                if (seen.isEmpty()) {
                    seen = controller.breakdown(in(tree)).map(MemoryBreakdown::afterwards);
                }
            }
        }
        return seen.map(MemoryBreakdown::limitation);
    }

    @Override
    public void usage(Usage.Builder into) {
        for (CgroupTree tree : layout.trees()) {
            Cgroup cgroup = in(tree);
            cgroup.keepFilesOpen();
            for (Controller controller : tree.controllers()) {
                controller.usage(cgroup, into);
            }
            if (layout.countsTasks()) {
                TaskCount.usage(cgroup, into);
            }
        }
    }

    @Override
    public OptionalLong networkClass() {
        for (CgroupTree tree : layout.trees()) {
            if (tree.hierarchy().controllers().contains("net_cls") && layout.has("cgroups/net_cls")) {
                return NetCls.classOf(in(tree));
            }
        }
        return OptionalLong.empty();
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
        oom.forget(id);
        long deadline = System.nanoTime() + patience.toNanos();
        IsolationException failure = null;
        for (CgroupTree tree : layout.trees()) {
            failure = attempt(failure, in(tree), () -> release(tree));
        }
        for (CgroupTree tree : layout.trees()) {
            Cgroup cgroup = in(tree);
            failure = attempt(
                    failure,
                    cgroup,
                    () -> cgroup.removeTree(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))));
        }
        handles.values().forEach(Cgroup::release);
        if (failure != null) {
            throw failure;
        }
    }

    /** In all trees before any is emptied: what is frozen in one does not die in another. */
    private void release(CgroupTree tree) throws ErrnoException {
        for (Controller controller : tree.controllers()) {
            controller.release(in(tree));
        }
    }

    /** One step of a removal. */
    @FunctionalInterface
    private interface Removal {
        void run() throws ErrnoException;
    }

    private static @Nullable IsolationException attempt(
            @Nullable IsolationException earlier, Cgroup cgroup, Removal removal) {
        try {
            removal.run();
            return earlier;
        } catch (ErrnoException e) {
            return merge(earlier, CgroupFailures.removing(cgroup, e));
        }
    }

    private static IsolationException merge(@Nullable IsolationException first, IsolationException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    @Override
    public void pause() {
        if (!freeze(true)) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot pause container " + id + ": no isolator does that; add cgroups/freezer to --isolation");
        }
    }

    @Override
    public void resume() {
        freeze(false);
    }

    /** Whether there was something to do it with. */
    private boolean freeze(boolean stop) {
        for (CgroupTree tree : layout.trees()) {
            for (Controller controller : tree.controllers()) {
                if (controller instanceof Freezer freezer) {
                    freeze(freezer, in(tree), stop);
                    return true;
                }
            }
        }
        return false;
    }

    private void freeze(Freezer freezer, Cgroup cgroup, boolean stop) {
        try {
            if (stop) {
                freezer.freeze(cgroup);
            } else {
                freezer.thaw(cgroup);
            }
        } catch (ErrnoException e) {
            throw CgroupFailures.failure((stop ? "pause" : "resume") + " container " + id, e, null);
        }
    }

    /** Always the same handle, which keeps files open that are read often. */
    private Cgroup in(CgroupTree tree) {
        Cgroup cgroup = handles.get(tree);
        if (cgroup == null) {
            cgroup = tree.root().child(id.value());
            handles.put(tree, cgroup);
        }
        return cgroup;
    }
}
