package dev.coffer.container;

import java.util.List;
import java.util.Optional;

/**
 * What of the host the container shares.
 *
 * @param networks attachments if, and only if, the mode is {@link NetworkMode#CNI}
 * @param namespaces what few ask for
 * @param devices beside those that every container has
 */
public record IsolationSpec(
        NetworkMode network,
        Optional<String> hostname,
        List<Volume> volumes,
        NetworkSpec networks,
        OptionalNamespaces namespaces,
        DeviceSpec devices) {

    /** Own network namespace with only loopback, the id as host name, no volumes. */
    public static final IsolationSpec DEFAULT = new IsolationSpec(NetworkMode.NONE, Optional.empty(), List.of());

    public IsolationSpec {
        volumes = List.copyOf(volumes);
        hostname.ifPresent(IsolationSpec::requireHostname);
        if ((network == NetworkMode.CNI) == networks.attachments().isEmpty()) {
            throw new IllegalArgumentException("networks go with network mode CNI, and that with networks");
        }
    }

    /** With the usual namespaces and devices. */
    public IsolationSpec(NetworkMode network, Optional<String> hostname, List<Volume> volumes, NetworkSpec networks) {
        this(network, hostname, volumes, networks, OptionalNamespaces.NONE, DeviceSpec.NONE);
    }

    /** The same with these devices. */
    public IsolationSpec with(DeviceSpec others) {
        return new IsolationSpec(network, hostname, volumes, networks, namespaces, others);
    }

    /** Without networks. */
    public IsolationSpec(NetworkMode network, Optional<String> hostname, List<Volume> volumes) {
        this(network, hostname, volumes, NetworkSpec.NONE);
    }

    /** The same with these. */
    public IsolationSpec with(OptionalNamespaces others) {
        return new IsolationSpec(network, hostname, volumes, networks, others, devices);
    }

    /** Which network namespace the container is in. */
    public enum NetworkMode {
        /** An own one with only loopback, up. */
        NONE,
        /** An own one, which plugins attach to the networks of {@link NetworkSpec}. */
        CNI,
        /** The host's. */
        HOST
    }

    private static void requireHostname(String name) {
        if (!name.matches("[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?")) {
            throw new IllegalArgumentException(
                    "hostname '" + name + "' must be 1 to 63 letters, digits, dots and hyphens");
        }
    }
}
