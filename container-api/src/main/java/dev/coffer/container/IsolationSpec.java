package dev.coffer.container;

import java.util.List;
import java.util.Optional;

/** What of the host the container shares. */
public record IsolationSpec(NetworkMode network, Optional<String> hostname, List<HostVolume> volumes) {

    /** Own network namespace with only loopback, the id as host name, no volumes. */
    public static final IsolationSpec DEFAULT = new IsolationSpec(NetworkMode.NONE, Optional.empty(), List.of());

    public IsolationSpec {
        volumes = List.copyOf(volumes);
        hostname.ifPresent(IsolationSpec::requireHostname);
    }

    /** Which network namespace the container is in. */
    public enum NetworkMode {
        /** An own one with only loopback, up. */
        NONE,
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
