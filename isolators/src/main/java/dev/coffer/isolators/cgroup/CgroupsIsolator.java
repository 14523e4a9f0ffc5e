package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * All of {@code cgroups/*}: gives each container one cgroup, {@code <mount>/<root>/<id>}, in every hierarchy that carries
 * one of the controllers chosen.
 */
public final class CgroupsIsolator implements HostIsolator {
    /** Those of a host whose operator chose none. */
    public static final Set<String> ALL_CONTROLLERS = Set.of("cgroups/cpu", "cgroups/mem", "cgroups/pids");

    public static final String DEFAULT_ROOT = "coffer";

    private static final Duration REMOVAL_PATIENCE = Duration.ofSeconds(10);

    private final CgroupLayout layout;
    private final OomWatch oom = new OomWatch();
    private final Duration patience;

    /**
     * An isolator with all controllers below {@link #DEFAULT_ROOT}.
     *
     * @param hierarchies what this host has
     */
    public CgroupsIsolator(CgroupHierarchies hierarchies) {
        this(hierarchies, DEFAULT_ROOT, ALL_CONTROLLERS);
    }

    /**
     * Touches nothing on the host.
     *
     * @param root relative path of the cgroup that holds all containers' cgroups, the same in every hierarchy
     * @param controllers names of isolators, {@code cgroups/mem}; limits of the others are not enforced
     */
    public CgroupsIsolator(CgroupHierarchies hierarchies, String root, Set<String> controllers) {
        this(hierarchies, root, controllers, CgroupSettings.DEFAULT, REMOVAL_PATIENCE);
    }

    /** As above; {@code patience} is how long a removal waits for killed processes to be gone. */
    CgroupsIsolator(
            CgroupHierarchies hierarchies,
            String root,
            Set<String> controllers,
            CgroupSettings settings,
            Duration patience) {
        this.layout = CgroupLayout.of(hierarchies, root, controllers, settings);
        this.patience = patience;
    }

    @Override
    public String name() {
        return "cgroups";
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new ContainerCgroups(layout, oom, id, patience);
    }

    @Override
    public void close() {
        oom.close();
    }

    @Override
    public Set<ContainerId> discover() {
        Set<ContainerId> ids = new HashSet<>();
        for (CgroupTree tree : layout.trees()) {
            Cgroup root = tree.root();
            try {
                // of another name it is not ours
                root.childNames().forEach(name -> ContainerId.find(name).ifPresent(ids::add));
            } catch (ErrnoException e) {
                throw new IsolationException(
                        Fault.HOST_SETUP, "cannot list cgroups " + root + ": " + e.getMessage(), e);
            }
        }
        return ids;
    }
}
