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
        Set<String> wanted = new HashSet<>();
        for (Controller controller : controllers) {
            // some belong to every v2 hierarchy and cannot be enabled
            if (hierarchy.controllers().contains(controller.kernelName())) {
                wanted.add(controller.kernelName());
            }
        }
        Cgroup root = hierarchy.prepare(rootPath, wanted);
        for (Controller controller : controllers) {
            controller.prepareRoot(root);
        }
        prepared = true;
    }

    /** How a child gets into {@code cgroup} of this tree. */
    LaunchStep joining(Cgroup cgroup) {
        return switch (hierarchy.version()) {
            case V1 -> new LaunchStep.JoinCgroup(cgroup.directory().resolve("tasks"));
            case V2 -> new LaunchStep.CloneIntoCgroup(cgroup.directory());
        };
    }
}
