package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.NetworkSpec.Dns;
import dev.coffer.container.PortMapping;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a request comes to with the networks that are configured now. Changes nothing. */
final class Planning {
    static final String PORTS = "portMappings";
    private static final String DNS = "dns";
    /** In bits per second and bits. */
    private static final List<String> BANDWIDTH = List.of("ingressRate", "ingressBurst", "egressRate", "egressBurst");

    private final CniSetup setup;
    private final ContainerId id;

    Planning(CniSetup setup, ContainerId id) {
        this.setup = setup;
        this.id = id;
    }

    /**
     * Its attachments, not made yet.
     *
     * @throws IsolationException if they cannot be made
     */
    List<Attachment> attachments(NetworkSpec wanted) {
        List<Attachment> attachments = new ArrayList<>();
        boolean published = wanted.published().isEmpty();
        for (NetworkSpec.Attachment each : wanted.attachments()) {
            NetworkList network = setup.configs(id, each.network()).find(each.network());
            setup.chain().require(network);
            Map<String, Object> capabilities = new LinkedHashMap<>();
            if (!published && network.hasCapability(PORTS)) {
                capabilities.put(
                        PORTS, wanted.published().stream().map(Planning::port).toList());
                published = true;
            }
            if (!wanted.dns().equals(Dns.NONE)) {
                capabilities.put(DNS, dns(wanted.dns()));
            }
            Map<String, String> arguments = new LinkedHashMap<>(each.arguments());
            capabilities.putAll(fromArguments(network, arguments));
            attachments.add(
                    new Attachment(network, "eth" + attachments.size(), capabilities, arguments, Optional.empty()));
        }
        if (!published) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot publish port " + wanted.published().get(0) + " of container " + id + ": network '"
                            + wanted.attachments().get(0).network()
                            + "' maps no ports; add plugin portmap with capability portMappings to its configuration");
        }
        TakenPorts.requireFree(setup.state(), id, wanted.published());
        return attachments;
    }

    /**
     * What a network's plugins take as capabilities goes there instead of into CNI_ARGS.
     *
     * @see <a href="https://www.cni.dev/docs/conventions/">CNI conventions</a>
     */
    private Map<String, Object> fromArguments(NetworkList network, Map<String, String> arguments) {
        Map<String, Object> capabilities = new LinkedHashMap<>();
        if (arguments.containsKey("IP") && network.hasCapability("ips")) {
            capabilities.put("ips", List.of(arguments.remove("IP").split("\\+", -1)));
        }
        if (arguments.containsKey("MAC") && network.hasCapability("mac")) {
            capabilities.put("mac", arguments.remove("MAC"));
        }
        Map<String, Object> bandwidth = new LinkedHashMap<>();
        for (String rate : BANDWIDTH) {
            String value = arguments.remove(rate);
            if (value != null) {
                bandwidth.put(rate, bits(network, rate, value));
            }
        }
        if (!bandwidth.isEmpty()) {
            if (!network.hasCapability("bandwidth")) {
                throw wrong(
                        network,
                        "it limits no bandwidth; add plugin bandwidth with capability bandwidth to its configuration");
            }
            capabilities.put("bandwidth", bandwidth);
        }
        return capabilities;
    }

    private long bits(NetworkList network, String rate, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw wrong(network, "argument '" + rate + "=" + value + "' must be a number of bits");
        }
    }

    private IsolationException wrong(NetworkList network, String cause) {
        return new IsolationException(
                Fault.USER_SPEC, "cannot attach container " + id + " to network '" + network.name() + "': " + cause);
    }

    private static Map<String, Object> port(PortMapping mapping) {
        Map<String, Object> port = new LinkedHashMap<>();
        port.put("hostPort", mapping.hostPort());
        port.put("containerPort", mapping.containerPort());
        port.put("protocol", mapping.protocol().name().toLowerCase(Locale.ROOT));
        mapping.hostAddress().ifPresent(address -> port.put("hostIP", address));
        return port;
    }

    private static Map<String, Object> dns(Dns dns) {
        return Map.of("servers", dns.nameservers(), "searches", dns.search(), "options", dns.options());
    }

    /** The id as the specification allows it. */
    static String nameOf(ContainerId id) {
        if (id.value().matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
            return id.value();
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(id.value().getBytes(StandardCharsets.UTF_8));
            return "coffer-" + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
