package dev.coffer.isolators.network.cni;

import dev.coffer.container.NetworkSpec.Dns;
import dev.coffer.flag.Syntax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Mesos agent's {@code --default_container_dns}: DNS by network.
 *
 * @param anyNetwork for networks that are not named
 */
record DnsDefaults(Map<String, Dns> byNetwork, Optional<Dns> anyNetwork) {
    DnsDefaults {
        byNetwork = Map.copyOf(byNetwork);
    }

    Optional<Dns> of(String network) {
        return Optional.ofNullable(byNetwork.get(network)).or(() -> anyNetwork);
    }

    static DnsDefaults parse(String text) {
        Map<String, Dns> named = new LinkedHashMap<>();
        Optional<Dns> any = Optional.empty();
        for (JsonObject entry : JsonObject.parse(text).objects("mesos")) {
            if (!entry.text("network_mode").orElse("CNI").equals("CNI")) {
                throw entry.wrong("network_mode", "must be CNI: other modes have the host's DNS");
            }
            Dns dns = dns(entry.object("dns").orElseThrow(() -> entry.wrong("dns", "is missing")));
            Optional<String> network = entry.text("network_name");
            if (network.isEmpty()) {
                if (any.isPresent()) {
                    throw entry.wrong("network_name", "is missing for the second time: there can be one default");
                }
                any = Optional.of(dns);
            } else if (named.put(network.get(), dns) != null) {
                throw entry.wrong("network_name", "'" + network.get() + "' is named twice");
            }
        }
        return new DnsDefaults(named, any);
    }

    private static Dns dns(JsonObject json) {
        List<String> search = new ArrayList<>(json.texts("search"));
        json.text("domain").ifPresent(domain -> search.add(0, domain));
        return new Dns(json.texts("nameservers"), search, json.texts("options"));
    }

    /** As the flag is written. */
    record JsonSyntax() implements Syntax<DnsDefaults> {
        @Override
        public String label() {
            return "JSON";
        }

        @Override
        public String expected() {
            return "JSON such as {\"mesos\":[{\"network_mode\":\"CNI\",\"network_name\":\"net1\","
                    + "\"dns\":{\"nameservers\":[\"10.0.0.1\"]}}]}";
        }

        @Override
        public DnsDefaults parse(String text) {
            return DnsDefaults.parse(text);
        }
    }
}
