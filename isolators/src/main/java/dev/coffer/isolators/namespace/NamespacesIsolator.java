package dev.coffer.isolators.namespace;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.isolation.ChoosesNamespaces;
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
 * The namespaces that {@code --isolation} names; a mount namespace always, a network namespace unless a container asks
 * for the host's.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/namespaces.7.html">namespaces(7)</a>
 */
public final class NamespacesIsolator implements PlanIsolator, ChoosesNamespaces {
    /** {@code HOST_NAME_MAX} is 64, RFC 1123 allows one label 63. */
    private static final int MAX_HOSTNAME = 63;

    private final Set<Namespace> own;
    private final boolean networks;

    /** An isolator of some namespaces, with nobody to attach them to networks. */
    public NamespacesIsolator(Set<Namespace> own) {
        this(own, false);
    }

    /**
     * An isolator of some namespaces.
     *
     * @param own those that each container gets
     * @param networks whether somebody attaches containers to networks
     */
    public NamespacesIsolator(Set<Namespace> own, boolean networks) {
        this.networks = networks;
        this.own = EnumSet.of(Namespace.MOUNT);
        this.own.addAll(own);
    }

    @Override
    public String name() {
        return "namespaces";
    }

    @Override
    public Set<Namespace> namespaces(ContainerSpec spec) {
        Set<Namespace> namespaces = EnumSet.copyOf(own);
        if (spec.isolation().network() == NetworkMode.CNI && !networks) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot attach container " + spec.id() + " to network '"
                            + spec.isolation().networks().attachments().get(0).network()
                            + "': network/cni is not in --isolation; add it there");
        }
        if (spec.isolation().network() == NetworkMode.HOST) {
            namespaces.remove(Namespace.NET);
        } else if (!own.contains(Namespace.NET)) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot give container " + spec.id()
                            + " a network of its own: namespaces/net is not in --isolation;"
                            + " add it there, or share the host's with --network host");
        }
        return namespaces;
    }

    /** The requested host name, or the container id with everything replaced that a host name cannot hold. */
    public static String hostnameOf(ContainerSpec spec) {
        return spec.isolation().hostname().orElseGet(() -> fromId(spec.id().value()));
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        ContainerSpec spec = context.spec();
        List<LaunchStep> steps = new ArrayList<>();
        if (own.contains(Namespace.CGROUP)) {
            steps.add(new UnshareCgroup());
        }
        if (own.contains(Namespace.UTS)) {
            steps.add(new Hostname(hostnameOf(spec)));
        }
        if (namespaces(spec).contains(Namespace.NET)) {
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
