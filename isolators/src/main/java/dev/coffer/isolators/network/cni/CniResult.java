package dev.coffer.isolators.network.cni;

import dev.coffer.container.NetworkSpec.Dns;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What Coffer reads of a plugin's result. The rest goes to other plugins as it is.
 *
 * @param addresses without prefix length
 * @see <a href="https://www.cni.dev/docs/spec/#section-5-result-types">result types</a>
 */
record CniResult(List<String> addresses, Dns dns) {
    private static final int MAX_ADDRESSES = 256;
    private static final int MAX_WORDS = 64;

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException naming the field that is wrong
     */
    static CniResult of(Map<String, Object> result) {
        JsonObject json = new JsonObject("", result);
        json.objects("interfaces").forEach(each -> each.text("name"));
        List<JsonObject> ips = json.objects("ips");
        if (ips.size() > MAX_ADDRESSES) {
            throw json.wrong("ips", "has more than " + MAX_ADDRESSES + " elements");
        }
        List<String> addresses = new ArrayList<>();
        for (JsonObject ip : ips) {
            addresses.add(address(ip));
        }
        return new CniResult(addresses, json.object("dns").map(CniResult::dns).orElse(Dns.NONE));
    }

    private static String address(JsonObject ip) {
        String text = ip.requiredText("address");
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!isAddress(address) || (slash >= 0 && !text.substring(slash + 1).matches("[0-9]{1,3}"))) {
            throw ip.wrong("address", "is not an IP address with its prefix length");
        }
        return address;
    }

    static boolean isAddress(String text) {
        // what neither pattern matches would be looked up as a name
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*") || text.length() > 45) {
            return false;
        }
        try {
            return InetAddress.getByName(text).getAddress().length > 0;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Dns dns(JsonObject json) {
        List<String> search = new ArrayList<>(json.texts("search"));
        json.text("domain").filter(domain -> !domain.isEmpty()).ifPresent(domain -> search.add(0, domain));
        List<String> servers = json.texts("nameservers");
        List<String> options = json.texts("options");
        if (servers.size() + search.size() + options.size() > MAX_WORDS) {
            throw json.wrong("nameservers", "and the like are more than " + MAX_WORDS);
        }
        try {
            return new Dns(servers, search.stream().distinct().toList(), options);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("dns: " + e.getMessage(), e);
        }
    }
}
