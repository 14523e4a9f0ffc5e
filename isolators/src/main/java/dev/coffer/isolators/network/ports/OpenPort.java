package dev.coffer.isolators.network.ports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A port that a socket takes connections or datagrams at.
 *
 * @param inode of the socket, which its owners' descriptors name
 */
record OpenPort(Protocol protocol, int port, long inode) {
    private static final int FIELDS = 10;
    private static final int LOCAL_ADDRESS = 1;
    private static final int REMOTE_ADDRESS = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int HEXADECIMAL = 16;
    private static final String LISTEN = "0A";
    /** Of a datagram socket without a peer: that of one with a peer is taken by the peer's answers alone. */
    private static final String UNCONNECTED = "07";

    /** As in {@code /proc/net}; both families of addresses. */
    enum Protocol {
        TCP(LISTEN),
        UDP(UNCONNECTED);

        private final String state;

        Protocol(String state) {
            this.state = state;
        }

        List<String> tables() {
            String name = name().toLowerCase(Locale.ROOT);
            return List.of(name, name + "6");
        }
    }

    /**
     * Reads one of the tables; lines that are not understood are passed over.
     *
     * @see <a href="https://docs.kernel.org/networking/proc_net_tcp.html">/proc/net/tcp</a>
     */
    static List<OpenPort> parse(Protocol protocol, String table) {
        List<OpenPort> ports = new ArrayList<>();
        for (String line : table.split("\n", -1)) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length < FIELDS || !fields[STATE].equals(protocol.state) || !fields[INODE].matches("[0-9]+")) {
                continue;
            }
            int port = port(fields[LOCAL_ADDRESS]);
            long inode = Long.parseLong(fields[INODE]);
            if (port > 0 && inode > 0 && port(fields[REMOTE_ADDRESS]) == 0) {
                ports.add(new OpenPort(protocol, port, inode));
            }
        }
        return ports;
    }

    private static int port(String address) {
        int colon = address.lastIndexOf(':');
        try {
            return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), HEXADECIMAL);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
