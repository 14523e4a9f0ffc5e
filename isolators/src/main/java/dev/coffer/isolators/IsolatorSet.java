package dev.coffer.isolators;

import dev.coffer.container.ContainerSpec;
import dev.coffer.isolation.ChoosesNamespaces;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolation.PlanIsolator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The isolators of one agent, in launch order.
 *
 * @param onHost own host state
 * @param inChild only describe launch steps
 * @param namespaces those of both kinds that give containers namespaces
 */
public record IsolatorSet(List<HostIsolator> onHost, List<PlanIsolator> inChild, List<ChoosesNamespaces> namespaces) {
    public IsolatorSet {
        onHost = List.copyOf(onHost);
        inChild = List.copyOf(inChild);
        namespaces = List.copyOf(namespaces);
    }

    /** All that a container has of its own. */
    public Set<Namespace> namespacesOf(ContainerSpec spec) {
        Set<Namespace> all = EnumSet.noneOf(Namespace.class);
        for (ChoosesNamespaces chooser : namespaces) {
            all.addAll(chooser.namespaces(spec));
        }
        return all;
    }
}
