package dev.coffer.cli.syntax;

import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.NetworkSpec.Attachment;
import dev.coffer.container.NetworkSpec.Dns;
import dev.coffer.container.PortMapping;
import dev.coffer.container.PortMapping.Protocol;
import dev.coffer.flag.NumberRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code --network}, {@code --publish}, {@code --dns} and {@code --ports}. */
final class NetworkWords {
    private final List<Attachment> attachments = new ArrayList<>();
    private final List<PortMapping> published = new ArrayList<>();
    private final List<String> nameservers = new ArrayList<>();
    private final List<NumberRange> listening = new ArrayList<>();
    private Optional<NetworkMode> mode = Optional.empty();

    /** {@code none}, {@code host} or {@code NAME[:KEY=VALUE,...]}. */
    Object addNetwork(String word) {
        NetworkMode asked = switch (word) {
            case "none" -> NetworkMode.NONE;
            case "host" -> NetworkMode.HOST;
            default -> NetworkMode.CNI;
        };
        if (mode.isPresent() && (mode.get() != asked || asked != NetworkMode.CNI)) {
            throw new IllegalArgumentException("none and host go with no other network");
        }
        if (asked == NetworkMode.CNI) {
            Attachment attachment = attachment(word);
            List<Attachment> all = new ArrayList<>(attachments);
            all.add(attachment);
            NetworkSpec unused = new NetworkSpec(all, List.of(), Dns.NONE, List.of()); // which knows the rules
            attachments.add(attachment);
        }
        mode = Optional.of(asked);
        return asked;
    }

    private static Attachment attachment(String word) {
        int colon = word.indexOf(':');
        Map<String, String> arguments = new LinkedHashMap<>();
        if (colon >= 0) {
            for (String argument : word.substring(colon + 1).split(",", -1)) {
                int equals = argument.indexOf('=');
                if (equals <= 0) {
                    throw new IllegalArgumentException("write NAME, or NAME:KEY=VALUE,...");
                }
                arguments.put(argument.substring(0, equals), argument.substring(equals + 1));
            }
        }
        return new Attachment(colon < 0 ? word : word.substring(0, colon), arguments);
    }

    /** {@code [ADDRESS:]HOST:CONTAINER[/PROTOCOL]}; an IPv6 address is in brackets. */
    Object publish(String word) {
        int slash = word.indexOf('/');
        String ports = slash < 0 ? word : word.substring(0, slash);
        int last = ports.lastIndexOf(':');
        int before = last < 0 ? -1 : ports.lastIndexOf(':', last - 1);
        if (last < 0) {
            throw new IllegalArgumentException("write HOST:CONTAINER, ADDRESS:HOST:CONTAINER or HOST:CONTAINER/udp");
        }
        Optional<String> address = before < 0 ? Optional.empty() : Optional.of(address(ports.substring(0, before)));
        return published.add(new PortMapping(
                address,
                port(ports.substring(before + 1, last)),
                port(ports.substring(last + 1)),
                protocol(slash < 0 ? "tcp" : word.substring(slash + 1))));
    }

    private static String address(String text) {
        return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    }

    private static Protocol protocol(String text) {
        for (Protocol protocol : Protocol.values()) {
            if (protocol.name().toLowerCase(Locale.ROOT).equals(text)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("unknown protocol '" + text + "'; there are tcp, udp and sctp");
    }

    private static int port(String text) {
        if (!text.matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("'" + text + "' is no port number");
        }
        return Integer.parseInt(text);
    }

    Object addNameserver(String address) {
        nameservers.addAll(new Dns(List.of(address), List.of(), List.of()).nameservers());
        return address;
    }

    /** {@code 80,31000-31005}. */
    Object listen(String word) {
        for (String part : word.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = port(dash < 0 ? part : part.substring(0, dash));
            listening.add(new NumberRange(first, dash < 0 ? first : port(part.substring(dash + 1))));
        }
        return listening;
    }

    /** Empty if nothing was said about the network. */
    Optional<NetworkMode> mode() {
        return mode;
    }

    NetworkSpec spec() {
        return new NetworkSpec(attachments, published, new Dns(nameservers, List.of(), List.of()), listening);
    }
}
