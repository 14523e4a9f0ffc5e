package dev.coffer.isolators.namespace;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.OptionalNamespaces;
import dev.coffer.container.OptionalNamespaces.ClockOffsets;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.isolation.ChoosesNamespaces;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Hostname;
import dev.coffer.isolation.LaunchStep.LoopbackUp;
import dev.coffer.isolation.LaunchStep.TimeNamespace;
import dev.coffer.isolation.LaunchStep.UnshareCgroup;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolation.PlanIsolator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
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
        keepIfAsked(spec, namespaces);
        return namespaces;
    }

    /** A time namespace is only for those who ask; a user namespace is up to {@link UserNamespaceIsolator}. */
    private void keepIfAsked(ContainerSpec spec, Set<Namespace> namespaces) {
        OptionalNamespaces asked = spec.isolation().namespaces();
        Mode users = asked.users().mode();
        require(spec, users == Mode.AUTO || users == Mode.SHARED, Namespace.USER, "users");
        require(spec, asked.clocks().isPresent(), Namespace.TIME, "clocks");
        namespaces.remove(Namespace.USER);
        if (asked.clocks().isEmpty()) {
            namespaces.remove(Namespace.TIME);
        }
    }

    private void require(ContainerSpec spec, boolean asked, Namespace namespace, String what) {
        if (asked && !own.contains(namespace)) {
            String name = "namespaces/" + namespace.name().toLowerCase(Locale.ROOT);
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot give container " + spec.id() + " " + what + " of its own: " + name
                            + " is not in --isolation; add it there");
        }
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
        Set<Namespace> chosen = namespaces(spec);
        if (chosen.contains(Namespace.NET)) {
            steps.add(new LoopbackUp());
        }
        if (chosen.contains(Namespace.TIME)) {
            steps.add(new TimeNamespace(
                    offsets(spec.isolation().namespaces().clocks().orElseThrow())));
        }
        return steps;
    }

    /** As the kernel wants them: nanoseconds are never negative. */
    private static String offsets(ClockOffsets clocks) {
        return line("monotonic", clocks.monotonic()) + line("boottime", clocks.boottime());
    }

    private static String line(String clock, Duration offset) {
        return offset.isZero() ? "" : clock + " " + offset.getSeconds() + " " + offset.getNano() + "\n";
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
