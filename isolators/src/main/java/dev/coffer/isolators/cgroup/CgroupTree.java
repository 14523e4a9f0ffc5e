package dev.coffer.isolators.cgroup;

import dev.coffer.isolation.LaunchStep;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The part of one hierarchy that holds containers: its root there and the controllers it serves. */
final class CgroupTree {
    private final CgroupHierarchy hierarchy;
    private final String rootPath;
    private final List<Controller> controllers;

    private volatile boolean prepared;

    CgroupTree(CgroupHierarchy hierarchy, String rootPath, List<Controller> controllers) {
        this.hierarchy = hierarchy;
        this.rootPath = rootPath;
        this.controllers = List.copyOf(controllers);
    }

    CgroupHierarchy hierarchy() {
        return hierarchy;
    }

    List<Controller> controllers() {
        return controllers;
    }

    Cgroup root() {
        return hierarchy.cgroup(rootPath);
    }

    /** Makes the root unless this process has done so before. */
    void prepareOnce() throws ErrnoException {
        if (!prepared) {
            prepare();
        }
    }

    /** Makes the root, also if somebody removed it behind our back. */
    void prepare() throws ErrnoException {
        Cgroup root = hierarchy.prepare(rootPath, controllerNames());
        for (Controller controller : controllers) {
            controller.prepareRoot(root);
        }
        prepared = true;
    }

    private Set<String> controllerNames() {
        Set<String> names = new HashSet<>();
        for (Controller controller : controllers) {
            // some belong to every v2 hierarchy and cannot be enabled
            if (hierarchy.controllers().contains(controller.kernelName())) {
                names.add(controller.kernelName());
            }
        }
        return names;
    }

    /** The part of a container's cgroup that it may divide: below the limits, which so are out of its reach. */
    static Cgroup inner(Cgroup outer) {
        return outer.child("delegated");
    }

    /** Makes that part, and lets it have the controllers. */
    void makeInner(Cgroup outer) throws ErrnoException {
        hierarchy.prepare(rootPath + "/" + outer.directory().getFileName(), controllerNames());
        Cgroup inner = inner(outer);
        inner.create();
        for (Controller controller : controllers) {
            controller.prepareInner(outer, inner);
        }
    }

    /** How a child gets into {@code cgroup} of this tree. */
    LaunchStep joining(Cgroup cgroup) {
        return switch (hierarchy.version()) {
            case V1 -> new LaunchStep.JoinCgroup(cgroup.directory().resolve("tasks"));
            case V2 -> new LaunchStep.CloneIntoCgroup(cgroup.directory());
        };
    }
}
