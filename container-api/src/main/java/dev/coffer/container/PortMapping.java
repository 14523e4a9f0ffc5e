package dev.coffer.container;

import java.util.Optional;

/**
 * A port of the host that leads to one of a container.
 *
 * @param hostAddress address of the host it is reached at; empty for all of them
 */
public record PortMapping(Optional<String> hostAddress, int hostPort, int containerPort, Protocol protocol) {
    private static final int MAX_PORT = 65535;

    public PortMapping {
        requirePort("host", hostPort);
        requirePort("container", containerPort);
        hostAddress.ifPresent(PortMapping::requireAddress);
    }

    /** What is carried. */
    public enum Protocol {
        TCP,
        UDP,
        SCTP
    }

    private static void requirePort(String whose, int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException(whose + " port must be from 1 to " + MAX_PORT + ", was " + port);
        }
    }

    private static void requireAddress(String address) {
        if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
            throw new IllegalArgumentException("host address '" + address + "' must be an IP address");
        }
    }

    @Override
    public String toString() {
        return hostPort + ":" + containerPort + "/" + protocol.name().toLowerCase(java.util.Locale.ROOT);
    }
}
