package dev.coffer.isolators;

import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.filesystem.CgroupMount;
import dev.coffer.isolators.filesystem.LinuxFilesystemIsolator;
import dev.coffer.isolators.namespace.NamespacesIsolator;
import dev.coffer.isolators.runtime.DockerRuntimeIsolator;
import dev.coffer.isolators.security.AgentCapabilities;
import dev.coffer.isolators.security.CapabilityPolicy;
import dev.coffer.isolators.security.NoNewPrivilegesIsolator;
import dev.coffer.isolators.security.RlimitsIsolator;
import dev.coffer.isolators.security.SeccompIsolator;
import dev.coffer.isolators.security.SessionKeyringIsolator;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** All isolators in launch order. The launch plan orders by phase first; the order here counts within a phase. */
public final class IsolatorCatalog {
    private IsolatorCatalog() {}

    /**
     * The isolators that only describe what the child must do.
     *
     * @param cgroups hierarchies that containers see
     * @param agent capabilities this process can hand on
     * @param seccompCache where compiled filters are kept
     */
    public static List<PlanIsolator> planIsolators(
            List<CgroupMount> cgroups, AgentCapabilities agent, Optional<Path> seccompCache) {
        CapabilityPolicy capabilities = new CapabilityPolicy(agent);
        return List.of(
                // first: later ones may mount into the tree it makes
                new LinuxFilesystemIsolator(cgroups),
                // its cgroup step follows those of the cgroup isolators, which the containerizer puts before this list
                new NamespacesIsolator(),
                // before the limits: a fresh keyring counts against the agent's quota, not the task's
                new SessionKeyringIsolator(),
                // before the working directory is made and entered, so that limits hold for that too
                new RlimitsIsolator(),
                // last word on what is run and as whom, so after everything that could change the spec's defaults
                new DockerRuntimeIsolator(capabilities),
                // after the working directory: nothing of the launch depends on it, and a filter may need it
                new NoNewPrivilegesIsolator(),
                // last: must not have to allow what the steps before it do
                new SeccompIsolator(capabilities, seccompCache));
    }
}
