package dev.coffer.isolators.namespace;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Hostname;
import dev.coffer.isolation.LaunchStep.LoopbackUp;
import dev.coffer.isolation.LaunchStep.UnshareCgroup;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolation.PlanIsolator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Own mount, pid, ipc, uts and cgroup namespaces, and an own network namespace unless the host's is asked for.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/namespaces.7.html">namespaces(7)</a>
 */
public final class NamespacesIsolator implements PlanIsolator {
    /** {@code HOST_NAME_MAX} is 64, RFC 1123 allows one label 63. */
    private static final int MAX_HOSTNAME = 63;

    @Override
    public String name() {
        return "linux/namespaces";
    }

    /** For the launch plan, which carries the namespaces beside the steps. */
    public static Set<Namespace> namespacesFor(ContainerSpec spec) {
        return spec.isolation().network() == NetworkMode.HOST
                ? EnumSet.complementOf(EnumSet.of(Namespace.NET))
                : EnumSet.allOf(Namespace.class);
    }

    /** The requested host name, or the container id with everything replaced that a host name cannot hold. */
    public static String hostnameOf(ContainerSpec spec) {
        return spec.isolation().hostname().orElseGet(() -> fromId(spec.id().value()));
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        ContainerSpec spec = context.spec();
        List<LaunchStep> steps = new ArrayList<>();
        steps.add(new UnshareCgroup());
        steps.add(new Hostname(hostnameOf(spec)));
        if (namespacesFor(spec).contains(Namespace.NET)) {
            steps.add(new LoopbackUp());
        }
        return steps;
    }

    private static String fromId(String id) {
        StringBuilder name = new StringBuilder(MAX_HOSTNAME);
        for (int i = 0; i < id.length() && name.length() < MAX_HOSTNAME; i++) {
            char c = id.charAt(i);
            boolean valid = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (valid || !name.isEmpty()) {
                name.append(valid ? c : '-');
            }
        }
        while (!name.isEmpty() && name.charAt(name.length() - 1) == '-') {
            name.setLength(name.length() - 1);
        }
        return name.isEmpty() ? "container" : name.toString();
    }
}
