package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.container.PortMapping;
import dev.coffer.container.PortMapping.Protocol;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds out that a port of the host is taken while that can still be said: a plugin would map it all the same. */
final class TakenPorts {
    private TakenPorts() {}

    /**
     * Does nothing if all can be published.
     *
     * @throws IsolationException naming the port and who has it
     */
    static void requireFree(NetworkState state, ContainerId id, List<PortMapping> published) {
        for (PortMapping mapping : published) {
            Optional<String> owner = owner(state, id, mapping);
            if (owner.isPresent()) {
                throw new IsolationException(
                        Fault.USER_SPEC,
                        "cannot publish port " + mapping + " of container " + id + ": " + owner.get()
                                + "; choose another port of the host");
            }
        }
    }

    private static Optional<String> owner(NetworkState state, ContainerId id, PortMapping mapping) {
        try {
            for (ContainerId other : state.list()) {
                if (!other.equals(id) && publishes(state.read(other), mapping)) {
                    return Optional.of("container " + other + " has published it");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // whose record cannot be read is told when its networks are looked after
        }
        return listener(mapping);
    }

    private static boolean publishes(List<Attachment> attachments, PortMapping wanted) {
        for (Attachment attachment : attachments) {
            if (attachment.capabilities().get(Planning.PORTS) instanceof List<?> ports
                    && ports.stream().anyMatch(port -> port instanceof Map<?, ?> map && overlaps(map, wanted))) {
                return true;
            }
        }
        return false;
    }

    private static boolean overlaps(Map<?, ?> port, PortMapping wanted) {
        Object address = port.get("hostIP");
        boolean sameAddress = address == null
                || wanted.hostAddress().isEmpty()
                || address.equals(wanted.hostAddress().get());
        return sameAddress
                && port.get("hostPort") instanceof Number number
                && number.intValue() == wanted.hostPort()
                && wanted.protocol().name().toLowerCase(Locale.ROOT).equals(port.get("protocol"));
    }

    /** Something else that listens there would not get packets any more, or get them instead. */
    private static Optional<String> listener(PortMapping mapping) {
        try {
            InetSocketAddress address = mapping.hostAddress().isEmpty()
                    ? new InetSocketAddress(mapping.hostPort())
                    : new InetSocketAddress(
                            InetAddress.getByName(mapping.hostAddress().get()), mapping.hostPort());
            if (mapping.protocol() == Protocol.TCP) {
                try (ServerSocket socket = new ServerSocket()) {
                    socket.setReuseAddress(true); // what is only closing there does not count
                    socket.bind(address);
                }
            } else if (mapping.protocol() == Protocol.UDP) {
                try (DatagramSocket socket = new DatagramSocket(null)) {
                    socket.setReuseAddress(false);
                    socket.bind(address);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("this host cannot have it (" + e.getMessage() + ")");
        }
    }
}
