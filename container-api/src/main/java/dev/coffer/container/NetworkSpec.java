package dev.coffer.container;

import dev.coffer.flag.NumberRange;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which networks a container is in, and what of them it uses.
 *
 * @param attachments one interface each, {@code eth0}, {@code eth1} ... in this order
 * @param published ports of the host that lead here
 * @param dns asked before what the networks bring
 * @param listening ports it may listen on while it shares the host's network, if an isolator watches that
 */
public record NetworkSpec(
        List<Attachment> attachments, List<PortMapping> published, Dns dns, List<NumberRange> listening) {
    public static final NetworkSpec NONE = new NetworkSpec(List.of(), List.of(), Dns.NONE, List.of());

    public NetworkSpec {
        attachments = List.copyOf(attachments);
        published = List.copyOf(published);
        listening = List.copyOf(listening);
        Set<String> names = new HashSet<>();
        for (Attachment attachment : attachments) {
            if (!names.add(attachment.network())) {
                throw new IllegalArgumentException("network '" + attachment.network() + "' is named twice");
            }
        }
    }

    /** In this network, with nothing else. */
    public static NetworkSpec of(String network) {
        return new NetworkSpec(List.of(new Attachment(network, Map.of())), List.of(), Dns.NONE, List.of());
    }

    /**
     * An interface in one network.
     *
     * @param arguments for its plugins, such as {@code IP}: what the CNI specification calls CNI_ARGS
     */
    public record Attachment(String network, Map<String, String> arguments) {
        public Attachment {
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
            if (!network.matches("[A-Za-z0-9][A-Za-z0-9_.-]*")) {
                throw new IllegalArgumentException("network '" + network
                        + "' must be letters, digits, '_', '.' and '-', and begin with a letter or digit");
            }
            arguments.forEach((key, value) -> {
                if (!key.matches("[A-Za-z0-9_]+") || !value.matches("[^;=\\p{Cntrl}]+")) {
                    throw new IllegalArgumentException("argument '" + key + "=" + value + "' of network '" + network
                            + "' must be KEY=VALUE without ';'");
                }
            });
        }
    }

    /** What {@code /etc/resolv.conf} holds; empty lists leave it to others. */
    public record Dns(List<String> nameservers, List<String> search, List<String> options) {
        public static final Dns NONE = new Dns(List.of(), List.of(), List.of());

        public Dns {
            nameservers = List.copyOf(nameservers);
            search = List.copyOf(search);
            options = List.copyOf(options);
            for (String server : nameservers) {
                requireWord("nameserver", server, "[0-9a-fA-F.:]+(%[A-Za-z0-9_.-]+)?");
            }
            search.forEach(domain -> requireWord("search domain", domain, "[A-Za-z0-9_.-]+"));
            options.forEach(option -> requireWord("option", option, "[A-Za-z0-9:_.-]+"));
        }

        private static void requireWord(String what, String word, String pattern) {
            if (word.length() > 255 || !word.matches(pattern)) {
                throw new IllegalArgumentException(what + " '" + word.replaceAll("\\p{Cntrl}", "?") + "' is malformed");
            }
        }
    }
}
