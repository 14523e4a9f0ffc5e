package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Where a registry may lead us, by redirects and token realms: not to plain HTTP, not to other schemes, and not to what
 * only this host can reach. Names are judged by the addresses that are then connected to, so an answer of DNS cannot change
 * in between. Thread-safe.
 */
final class AddressGuard implements DnsResolver {
    private final RegistryHosts hosts;
    private final RegistryAddress home;
    private final DnsResolver names;

    /** Where an address leads. */
    private enum Reach {
        WORLD,
        LINK,
        THIS_HOST;

        static Reach of(InetAddress address) {
            InetAddress inner = embedded(address);
            if (inner.isLoopbackAddress() || inner.isAnyLocalAddress()) {
                return THIS_HOST;
            }
            return inner.isLinkLocalAddress() || inner.isMulticastAddress() ? LINK : WORLD;
        }

        /** The IPv4 address that {@code ::a.b.c.d} and NAT64's {@code 64:ff9b::a.b.c.d} come to. */
        private static InetAddress embedded(InetAddress address) {
            byte[] bytes = address.getAddress();
            boolean nat64 = bytes.length == 16
                    && bytes[0] == 0
                    && bytes[1] == 0x64
                    && bytes[2] == (byte) 0xff
                    && bytes[3] == (byte) 0x9b
                    && Arrays.equals(bytes, 4, 12, new byte[8], 0, 8);
            boolean compatible = address instanceof Inet6Address v6
                    && v6.isIPv4CompatibleAddress()
                    && !v6.isLoopbackAddress()
                    && !v6.isAnyLocalAddress();
            if (!nat64 && !compatible) {
                return address;
            }
            try {
                return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, 16));
            } catch (UnknownHostException e) {
                throw new IllegalStateException("four bytes are no address", e);
            }
        }
    }

    /** A name that leads where it must not; carries its reason through the HTTP library. */
    static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException(String message) {
            super(message);
        }
    }

    /**
     * A guard for what one registry says.
     *
     * @param home the registry
     * @param names how names are looked up
     */
    AddressGuard(RegistryHosts hosts, RegistryAddress home, DnsResolver names) {
        this.hosts = hosts;
        this.home = home;
        this.names = names;
    }

    /** Refuses the next place before anything is sent there. */
    void requireAllowed(URI uri, String what) throws InvalidImageException {
        String scheme = String.valueOf(uri.getScheme());
        if (uri.getHost() == null || uri.getUserInfo() != null) {
            throw refused(what, "that is no address of a host");
        }
        if (scheme.equals("http")) {
            boolean sameHost = home.isPlain() && uri.getHost().equalsIgnoreCase(home.name());
            if (!sameHost && !RegistryAddress.isPlain(uri.getAuthority(), hosts)) {
                throw refused(what, "that is not encrypted, and --image_registries has no plain_http for that host");
            }
        } else if (!scheme.equals("https")) {
            throw refused(what, "only https is followed");
        }
        boolean named = uri.getAuthority().equalsIgnoreCase(home.authority()) || hosts.isNamed(uri.getAuthority());
        if (isLiteral(uri.getHost()) && !named) {
            try {
                requireReachable(uri.getHost(), names.resolve(uri.getHost()));
            } catch (UnknownHostException e) {
                throw refused(what, String.valueOf(e.getMessage()));
            }
        }
    }

    private static InvalidImageException refused(String what, String cause) {
        return new InvalidImageException(Fault.REMOTE, what + ", which is refused: " + cause);
    }

    /** Whether no name has to be looked up; {@code 2130706433} is a way to write 127.0.0.1. */
    private static boolean isLiteral(String host) {
        return host.startsWith("[")
                || host.equals("localhost")
                || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        if (hosts.isNamedAtAnyPort(host)) {
            return addresses;
        }
        if (!host.equalsIgnoreCase(home.name())) {
            requireReachable(host, addresses);
        } else if (Arrays.stream(addresses).anyMatch(address -> Reach.of(address) == Reach.LINK)) {
            throw new RefusedAddressException(
                    host + " is a link-local address; if a registry is there, name it in --image_registries");
        }
        return addresses;
    }

    private void requireReachable(String host, InetAddress[] addresses) throws UnknownHostException {
        for (InetAddress address : addresses) {
            Reach reach = Reach.of(address);
            if (reach != Reach.WORLD && !homeIs(reach)) {
                throw new RefusedAddressException(host + " is " + address.getHostAddress()
                        + ", which only this host or its link can reach, and the registry is elsewhere");
            }
        }
    }

    private boolean homeIs(Reach reach) throws UnknownHostException {
        return Arrays.stream(names.resolve(home.name())).anyMatch(address -> Reach.of(address) == reach);
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }
}
